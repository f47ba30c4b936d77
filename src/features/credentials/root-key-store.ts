import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { RootKeyTable } from '../../db/schema.ts';
import { announceChange } from './key-changes.ts';

export type RootKeyRow = Selectable<RootKeyTable>;

export async function insertRootKey(db: Db, row: RootKeyRow): Promise<void> {
  await db.insertInto('root_key').values(row).execute();
}

export async function findRootKeyByHash(db: Db, hash: string): Promise<RootKeyRow | undefined> {
  return db.selectFrom('root_key').selectAll().where('hash', '=', hash).executeTakeFirst();
}

/** Newest first, those that were revoked among them. */
export async function selectRootKeys(db: Db): Promise<RootKeyRow[]> {
  return db
    .selectFrom('root_key')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(500)
    .execute();
}

/** Its hash, or undefined when there is no such key or it was revoked before. */
export async function markRootKeyRevoked(tx: Db, id: string, at: number): Promise<string | undefined> {
  const row = await tx
    .updateTable('root_key')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('hash')
    .executeTakeFirst();
  if (row) await announceChange(tx, [row.hash]);
  return row?.hash;
}

export async function noteRootKeyUse(db: Db, id: string, at: number): Promise<void> {
  await db.updateTable('root_key').set({ last_used_at: at }).where('id', '=', id).execute();
}
