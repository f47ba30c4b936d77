import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { PasskeyTable } from '../../db/proof-schema.ts';

export type PasskeyRow = Selectable<PasskeyTable>;

/** The issuer of passkeys: each vouches for itself. */
export const PASSKEY = 'passkey';

export async function insertPasskey(db: Db, row: PasskeyRow): Promise<void> {
  await db.insertInto('passkey').values(row).execute();
}

export async function findPasskey(db: Db, id: string): Promise<PasskeyRow | undefined> {
  return db.selectFrom('passkey').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listPasskeys(db: Db, developerId: string): Promise<PasskeyRow[]> {
  return db
    .selectFrom('passkey')
    .selectAll()
    .where('developer_id', '=', developerId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/**
 * Notes a use. False when the authenticator has counted no further than it had before: then it is a copy of one, or
 * the same answer once more. Authenticators that are kept in step with each other do not count and stay at 0.
 */
export async function notePasskeyUse(db: Db, id: string, counter: number, now: number): Promise<boolean> {
  const noted = await db
    .updateTable('passkey')
    .set({ counter, last_used_at: now })
    .where('id', '=', id)
    .where((e) => (counter === 0 ? e('counter', '=', 0) : e('counter', '<', counter)))
    .returning('id')
    .executeTakeFirst();
  return noted !== undefined;
}

export async function deletePasskey(db: Db, id: string): Promise<void> {
  await db.deleteFrom('passkey').where('id', '=', id).execute();
}
