import type { Context } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { deleteSessionOf, deleteSessionsExcept, listSessions } from './session-store.ts';

/** A session as its owner sees it. Times are milliseconds since 1970. */
export interface OwnSession {
  id: string;
  /** The sort of browser; null where nobody said. */
  client: string | null;
  begunAt: number;
  /** Unless it is used before. */
  endsAt: number;
  current: boolean;
}

/** Those that still work: the one that asks first, then the newest. */
export async function listOwnSessions(
  ctx: Context,
  { developerId, sessionId }: { developerId: string; sessionId: string },
): Promise<OwnSession[]> {
  const rows = await listSessions(ctx.db, developerId);
  return rows
    .filter((row) => row.expires_at > ctx.now())
    .map((row) => ({
      id: row.id,
      client: row.client,
      begunAt: row.created_at,
      endsAt: row.expires_at,
      current: row.id === sessionId,
    }))
    .toSorted((a, b) => Number(b.current) - Number(a.current));
}

/** False when it was not theirs, or is over already. */
export async function endSession(ctx: Context, developerId: string, sessionId: string): Promise<boolean> {
  return ctx.db.transaction().execute(async (tx) => {
    const ended = await deleteSessionOf(tx, developerId, sessionId);
    if (ended) {
      await recordAudit(tx, ctx.now(), { developerId, action: 'session.ended', target: sessionId });
    }
    return ended;
  });
}

/** Every other browser has to sign in again. Returns how many there were. */
export async function endOtherSessions(
  ctx: Context,
  developerId: string,
  keptSessionId: string,
): Promise<number> {
  return ctx.db.transaction().execute(async (tx) => {
    const ended = await deleteSessionsExcept(tx, developerId, keptSessionId);
    const entries = ended.map((target) => ({ developerId, action: 'session.ended' as const, target }));
    await recordAudit(tx, ctx.now(), ...entries);
    return ended.length;
  });
}
