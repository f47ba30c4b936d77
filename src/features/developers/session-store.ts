import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { SessionTable } from '../../db/schema.ts';

export type SessionRow = Selectable<SessionTable>;

export async function insertSession(db: Db, row: SessionRow): Promise<void> {
  await db.insertInto('session').values(row).execute();
}

export async function findSession(
  db: Db,
  idHash: string,
): Promise<(SessionRow & { role: string }) | undefined> {
  return db
    .selectFrom('session')
    .innerJoin('developer', 'developer.id', 'session.developer_id')
    .selectAll('session')
    .select('developer.role')
    .where('session.id_hash', '=', idHash)
    .executeTakeFirst();
}

export async function listSessions(db: Db, developerId: string): Promise<SessionRow[]> {
  return db.selectFrom('session').selectAll().where('developer_id', '=', developerId).execute();
}

export async function extendSession(db: Db, idHash: string, expiresAt: number): Promise<void> {
  await db.updateTable('session').set({ expires_at: expiresAt }).where('id_hash', '=', idHash).execute();
}

export async function deleteSession(db: Db, idHash: string): Promise<void> {
  await db.deleteFrom('session').where('id_hash', '=', idHash).execute();
}

export async function deleteSessionsOf(db: Db, developerId: string): Promise<void> {
  await db.deleteFrom('session').where('developer_id', '=', developerId).execute();
}

export async function deleteSessionsExpiredBefore(db: Db, now: number): Promise<void> {
  await db.deleteFrom('session').where('expires_at', '<=', now).execute();
}
