import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import type { Candidate } from './lab-candidates.ts';
import { changeProxy, insertProxy, listProxies } from './proxy-store.ts';

/** Somebody looks at it again after so long. */
export const REVIEW_DAYS = 60;

export const proxyCandidate = z.strictObject({
  action: z.string().regex(/^[a-z][a-z_]{0,63}$/, 'must be lower-case letters and _'),
  by: z.enum(['times', 'days']),
  atLeast: z.coerce.number().int().min(1).max(1_000),
  withinDays: z.coerce.number().int().min(1).max(7),
});

export const hypothesis = z.string().trim().min(10, 'Say why in at least ten characters.').max(500);

/** An early action that is followed because somebody thinks it matters. Times in milliseconds since 1970. */
export interface FollowedProxy {
  id: string;
  candidate: Candidate;
  hypothesis: string;
  createdAt: number;
  reviewAt: number;
  /** Whether a decision is due. */
  due: boolean;
  ended: { at: number; as: string } | null;
}

export async function readProxies({ db, now }: Pick<Context, 'db' | 'now'>): Promise<FollowedProxy[]> {
  const rows = await listProxies(db);
  return rows.map((row) => ({
    id: row.id,
    candidate: proxyCandidate.parse(JSON.parse(row.candidate)),
    hypothesis: row.hypothesis,
    createdAt: row.created_at,
    reviewAt: row.review_at,
    due: row.ended_at === null && row.review_at <= now(),
    ended: row.ended_at === null ? null : { at: row.ended_at, as: row.ended_as ?? 'dropped' },
  }));
}

interface NewProxy {
  candidate: Candidate;
  hypothesis: string;
  actorId: string;
}

/** Follows an action from now on. */
export async function followProxy({ db, now }: Context, input: NewProxy): Promise<void> {
  const at = now();
  await db.transaction().execute(async (tx) => {
    const id = randomUUIDv7();
    await insertProxy(tx, {
      id,
      candidate: JSON.stringify(input.candidate),
      hypothesis: input.hypothesis,
      created_by: input.actorId,
      created_at: at,
      review_at: at + REVIEW_DAYS * DAY_MS,
      ended_at: null,
      ended_as: null,
    });
    await recordAudit(tx, at, {
      developerId: input.actorId,
      action: 'proxy.followed',
      target: id,
      detail: { ...input.candidate },
    });
  });
}

export const proxyDecision = z.enum(['keep', 'drop']);

/** Keeps it for another 60 days, or follows it no longer. Throws AppError 404. */
export async function decideProxy(
  { db, now }: Context,
  input: { id: string; decision: z.infer<typeof proxyDecision>; actorId: string },
): Promise<void> {
  const at = now();
  await db.transaction().execute(async (tx) => {
    const change =
      input.decision === 'keep'
        ? { review_at: at + REVIEW_DAYS * DAY_MS }
        : { ended_at: at, ended_as: 'dropped' };
    if (!(await changeProxy(tx, input.id, change)))
      throw new AppError(404, 'not_found', 'Nobody follows this action any more.');
    await recordAudit(tx, at, {
      developerId: input.actorId,
      action: 'proxy.decided',
      target: input.id,
      detail: { decision: input.decision },
    });
  });
}
