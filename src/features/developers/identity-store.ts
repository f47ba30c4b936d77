import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { IdentityTable } from '../../db/proof-schema.ts';

export type IdentityRow = Selectable<IdentityTable>;

/** The issuer of addresses whose mailbox somebody has shown to read. */
export const EMAIL = 'email';

export async function findIdentity(
  db: Db,
  issuer: string,
  subject: string,
): Promise<IdentityRow | undefined> {
  return db
    .selectFrom('identity')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

/** False when somebody has this identity already: (issuer, subject) names one person for good. */
export async function insertIdentity(db: Db, row: IdentityRow): Promise<boolean> {
  const inserted = await db
    .insertInto('identity')
    .values(row)
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .returning('subject')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Oldest first. */
export async function listIdentities(db: Db, developerId: string): Promise<IdentityRow[]> {
  return db
    .selectFrom('identity')
    .selectAll()
    .where('developer_id', '=', developerId)
    .orderBy('created_at')
    .orderBy('issuer')
    .orderBy('subject')
    .execute();
}

/** The address that a developer has shown to read, the first if there are several; null without one. */
export async function findVerifiedEmail(db: Db, developerId: string): Promise<string | null> {
  const row = await db
    .selectFrom('identity')
    .select('subject')
    .where('developer_id', '=', developerId)
    .where('issuer', '=', EMAIL)
    .orderBy('created_at')
    .executeTakeFirst();
  return row?.subject ?? null;
}

/** Whether there was one to remove. */
export async function deleteIdentity(
  db: Db,
  developerId: string,
  issuer: string,
  subject: string,
): Promise<boolean> {
  const removed = await db
    .deleteFrom('identity')
    .where('developer_id', '=', developerId)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .returning('subject')
    .executeTakeFirst();
  return removed !== undefined;
}
