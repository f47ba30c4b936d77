import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { SessionTable } from '../../db/schema.ts';

export type SessionRow = Selectable<SessionTable>;
/** A session with what is asked of its owner at every request. */
export type OwnedSessionRow = SessionRow & { role: string; claimed_at: number | null };

export async function insertSession(db: Db, row: SessionRow): Promise<void> {
  await db.insertInto('session').values(row).execute();
}

export async function findSession(db: Db, idHash: string): Promise<OwnedSessionRow | undefined> {
  return db
    .selectFrom('session')
    .innerJoin('developer', 'developer.id', 'session.developer_id')
    .selectAll('session')
    .select(['developer.role', 'developer.claimed_at'])
    .where('session.id_hash', '=', idHash)
    .executeTakeFirst();
}

/** Newest first. */
export async function listSessions(db: Db, developerId: string): Promise<SessionRow[]> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('developer_id', '=', developerId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
}

export async function extendSession(db: Db, idHash: string, expiresAt: number): Promise<void> {
  await db.updateTable('session').set({ expires_at: expiresAt }).where('id_hash', '=', idHash).execute();
}

export async function deleteSession(db: Db, idHash: string): Promise<void> {
  await db.deleteFrom('session').where('id_hash', '=', idHash).execute();
}

/** Ends one of a developer's own sessions by its public id; whether there was one. */
export async function deleteSessionOf(db: Db, developerId: string, id: string): Promise<boolean> {
  const ended = await db
    .deleteFrom('session')
    .where('developer_id', '=', developerId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

export async function deleteSessionsOf(db: Db, developerId: string): Promise<void> {
  await db.deleteFrom('session').where('developer_id', '=', developerId).execute();
}

/** Returns the public ids of those that ended. */
export async function deleteSessionsExcept(db: Db, developerId: string, keptId: string): Promise<string[]> {
  const ended = await db
    .deleteFrom('session')
    .where('developer_id', '=', developerId)
    .where('id', '!=', keptId)
    .returning('id')
    .execute();
  return ended.map(({ id }) => id);
}

export async function deleteSessionsExpiredBefore(db: Db, now: number): Promise<void> {
  await db.deleteFrom('session').where('expires_at', '<=', now).execute();
}
