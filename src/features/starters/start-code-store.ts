import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { StartCodeTable } from '../../db/schema.ts';

export type StartCodeRow = Selectable<StartCodeTable>;

/** Stores a code, and forgets those whose time has passed. */
export async function insertStartCode(db: Db, row: StartCodeRow): Promise<void> {
  await db.deleteFrom('start_code').where('expires_at', '<', row.created_at).execute();
  await db.insertInto('start_code').values(row).execute();
}

/** The code's row for exactly one caller, however many try at once; undefined for everybody else. */
export async function takeStartCode(
  db: Db,
  codeHash: string,
  now: number,
): Promise<StartCodeRow | undefined> {
  return db
    .updateTable('start_code')
    .set({ used_at: now })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
}

/** As if it had not been taken, because nothing could be given for it. */
export async function giveBackStartCode(db: Db, codeHash: string): Promise<void> {
  await db.updateTable('start_code').set({ used_at: null }).where('code_hash', '=', codeHash).execute();
}
