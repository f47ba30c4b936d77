import type { Selectable } from 'kysely';
import type { Context, Db } from '../../context.ts';
import type { OneTimeLinkTable } from '../../db/schema.ts';

/** Stores the link in place of every other one for the same purpose. */
export async function replaceLink(db: Context['db'], row: Selectable<OneTimeLinkTable>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('one_time_link').where('purpose', '=', row.purpose).execute();
    await tx.insertInto('one_time_link').values(row).execute();
  });
}

/** True for exactly one caller, however many try at once. */
export async function useLink(db: Db, purpose: string, tokenHash: string, now: number): Promise<boolean> {
  const used = await db
    .updateTable('one_time_link')
    .set({ used_at: now })
    .where('purpose', '=', purpose)
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('token_hash')
    .executeTakeFirst();
  return used !== undefined;
}
