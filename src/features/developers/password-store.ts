import type { Db } from '../../context.ts';
import { EMAIL } from './identity-store.ts';

/** Whose address it is and the hash of their password, in one question whatever there is to find. */
export async function findPasswordByEmail(
  db: Db,
  email: string,
): Promise<{ developerId: string; hash: string | null } | undefined> {
  const row = await db
    .selectFrom('identity')
    .leftJoin('password', 'password.developer_id', 'identity.developer_id')
    .select(['identity.developer_id', 'password.hash'])
    .where('identity.issuer', '=', EMAIL)
    .where('identity.subject', '=', email)
    .executeTakeFirst();
  return row && { developerId: row.developer_id, hash: row.hash };
}

export async function hasPassword(db: Db, developerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('password')
    .select('changed_at')
    .where('developer_id', '=', developerId)
    .executeTakeFirst();
  return row !== undefined;
}

/** In place of the one before it. */
export async function storePassword(db: Db, developerId: string, hash: string, now: number): Promise<void> {
  await db
    .insertInto('password')
    .values({ developer_id: developerId, hash, changed_at: now })
    .onConflict((conflict) => conflict.column('developer_id').doUpdateSet({ hash, changed_at: now }))
    .execute();
}

export async function deletePassword(db: Db, developerId: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('password')
    .where('developer_id', '=', developerId)
    .returning('developer_id')
    .executeTakeFirst();
  return gone !== undefined;
}
