import { z } from 'zod';
import type { Context, Db } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { lockDeveloper } from './developer-store.ts';
import { excludeByDomain, findExclusion, includeByDomain, setExclusion } from './exclusion-store.ts';

/** Why somebody of the company leaves a developer out of every figure. */
export const exclusionReason = z.enum(['internal', 'test', 'bot', 'public_demo', 'banned']);
export type ExclusionReason = z.infer<typeof exclusionReason>;

export interface ExclusionChange {
  developerId: string;
  /** Null: counted again, whatever the rules say. */
  reason: ExclusionReason | null;
  /** Who says so. */
  actorId: string;
}

/** Leaves a developer out of every figure, or counts them again; past figures change with it. Throws AppError 404. */
export async function changeExclusion(
  { db, now }: Context,
  { developerId, reason, actorId }: ExclusionChange,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockDeveloper(tx, developerId);
    const known = await findExclusion(tx, developerId);
    // Staff and who became part of somebody else are left out by what they are.
    if (!known || known.excluded === 'staff' || known.excluded === 'merged')
      throw new AppError(404, 'not_found', 'There is no developer with this id who could be counted.');
    await setExclusion(tx, developerId, { reason, by: actorId, at: now() });
    await recordAudit(tx, now(), {
      developerId,
      actorId,
      action: reason === null ? 'developer.included' : 'developer.excluded',
      detail: { reason: reason ?? known.excluded },
    });
  });
}

/**
 * People of the company's own are internal, by the domain of an address that they read. Holds for those who are here
 * already as for those to come, and is taken back where a domain is no longer in the list; what somebody decided by
 * hand stays. Without `developerId`, for everybody.
 */
export async function applyDomains(
  db: Db,
  { domains, now, developerId }: { domains: readonly string[]; now: number; developerId?: string },
): Promise<void> {
  await includeByDomain(db, domains, developerId);
  for (const domain of domains) await excludeByDomain(db, domain, { now, developerId });
}
