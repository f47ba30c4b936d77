import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { SignInLinkTable } from '../../db/proof-schema.ts';

export type SignInLinkRow = Selectable<SignInLinkTable>;

export async function insertSignInLink(db: Db, row: SignInLinkRow): Promise<void> {
  await db.insertInto('sign_in_link').values(row).execute();
}

/** A link that can still be used. */
export async function findSignInLink(
  db: Db,
  tokenHash: string,
  now: number,
): Promise<SignInLinkRow | undefined> {
  return db
    .selectFrom('sign_in_link')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** The link's row for exactly one caller, however many try at once. */
export async function takeSignInLink(
  db: Db,
  tokenHash: string,
  now: number,
): Promise<SignInLinkRow | undefined> {
  return db
    .updateTable('sign_in_link')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
}

/** A link that waited for the mail server ends as much later. */
export async function postponeExpiry(db: Db, tokenHash: string, now: number): Promise<void> {
  await db
    .updateTable('sign_in_link')
    .set((e) => ({ expires_at: e('expires_at', '+', e(e.val(now), '-', e.ref('created_at'))) }))
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .execute();
}

export async function deleteSignInLinksBefore(db: Db, expiredBefore: number): Promise<void> {
  await db.deleteFrom('sign_in_link').where('expires_at', '<', expiredBefore).execute();
}
