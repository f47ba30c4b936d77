import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import { jsonRows } from '../../db/json-rows.ts';
import type { CredentialTable } from '../../db/schema.ts';
import { announceChange } from './key-changes.ts';

export type CredentialRow = Selectable<CredentialTable>;

export async function insertCredential(db: Db, row: CredentialRow): Promise<void> {
  await db.insertInto('credential').values(row).execute();
}

export async function findCredentialByHash(db: Db, hash: string): Promise<CredentialRow | undefined> {
  return db.selectFrom('credential').selectAll().where('hash', '=', hash).executeTakeFirst();
}

export async function findCredential(
  db: Db,
  developerId: string,
  id: string,
): Promise<CredentialRow | undefined> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('developer_id', '=', developerId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/**
 * Revokes one credential, and what could show its secret again is gone. Returns its hash, or undefined when it does
 * not exist or was revoked before.
 */
export async function markRevoked(
  tx: Db,
  developerId: string,
  id: string,
  at: number,
): Promise<string | undefined> {
  const row = await tx
    .updateTable('credential')
    .set({ revoked_at: at, sealed_secret: null })
    .where('developer_id', '=', developerId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('hash')
    .executeTakeFirst();
  if (row) await announceChange(tx, [row.hash]);
  return row?.hash;
}

/**
 * Lets a working credential that was not rolled before end at `endsAt`, if it would not end earlier by itself. Returns
 * the row as it is then, for exactly one caller, or undefined.
 */
export async function markRolled(
  tx: Db,
  { developer_id, id }: Pick<CredentialRow, 'developer_id' | 'id'>,
  { now, endsAt, rolledTo }: { now: number; endsAt: number; rolledTo: string },
): Promise<CredentialRow | undefined> {
  const row = await tx
    .updateTable('credential')
    .set({
      rolled_to: rolledTo,
      provisional: 0,
      expires_at: sql<number>`case when expires_at < ${endsAt} then expires_at else ${endsAt} end`,
    })
    .where('developer_id', '=', developer_id)
    .where('id', '=', id)
    .where('rolled_to', 'is', null)
    .where('revoked_at', 'is', null)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
    .returningAll()
    .executeTakeFirst();
  if (row) await announceChange(tx, [row.hash]);
  return row;
}

/** The working credentials of one door beyond the newest `keep`, oldest first. */
export async function listSurplus(
  db: Db,
  developerId: string,
  origin: string,
  keep: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('credential')
    .select('id')
    .where('developer_id', '=', developerId)
    .where('origin', '=', origin)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1_000)
    .offset(keep)
    .execute();
  return rows.map((row) => row.id).reverse();
}

/** When and how often one credential was used within a batch of calls. */
export interface CredentialUse {
  developerId: string;
  credentialId: string;
  firstAt: number;
  lastAt: number;
}

/**
 * Notes the uses of many credentials in one statement; the first one ever extends a provisional credential to
 * `usedMs` after its creation.
 */
export async function noteCredentialUse(db: Db, uses: CredentialUse[], usedMs: number): Promise<void> {
  const rows = uses.map((use) => [use.developerId, use.credentialId, use.firstAt, use.lastAt]);
  await sql`
    with seen (developer_id, id, first_at, last_at) as (
      select ${jsonRows(db, ['text', 'text', 'bigint', 'bigint'], rows)}
    )
    update credential set
      expires_at = case when first_used_at is null and provisional = 1
        then created_at + ${sql.lit(usedMs)} else expires_at end,
      first_used_at = case when first_used_at is null or first_used_at > seen.first_at
        then seen.first_at else first_used_at end,
      last_used_at = case when last_used_at is null or last_used_at < seen.last_at
        then seen.last_at else last_used_at end
    from seen
    where credential.developer_id = seen.developer_id and credential.id = seen.id`.execute(db);
}

/** When the last of a developer's working credentials expires; null when there is none or one never does. */
export async function latestExpiry(db: Db, developerId: string, now: number): Promise<number | null> {
  const row = await db
    .selectFrom('credential')
    .select((e) => e.fn.max('expires_at').as('at'))
    .where('developer_id', '=', developerId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** The working credentials of a developer, newest first. */
export async function listWorkingCredentials(
  db: Db,
  developerId: string,
  now: number,
): Promise<CredentialRow[]> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('developer_id', '=', developerId)
    .where('revoked_at', 'is', null)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** Provisional credentials that still work, but those of `pageDoors`, now work until they are revoked. */
export async function keepProvisional(
  db: Db,
  developerId: string,
  pageDoors: readonly string[],
  now: number,
): Promise<{ id: string; hash: string }[]> {
  return db
    .updateTable('credential')
    .set({ provisional: 0, expires_at: null })
    .where('developer_id', '=', developerId)
    .where('provisional', '=', 1)
    .where('origin', 'not in', pageDoors)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['id', 'hash'])
    .execute();
}

/** Hands every credential of one developer to another. Returns their hashes. */
export async function moveCredentials(db: Db, from: string, into: string): Promise<string[]> {
  const moved = await db
    .updateTable('credential')
    .set({ developer_id: into })
    .where('developer_id', '=', from)
    .returning('hash')
    .execute();
  const hashes = moved.map((row) => row.hash);
  await announceChange(db, hashes);
  return hashes;
}

/** The newest credentials of a developer, those that have ended among them. */
export async function listCredentials(db: Db, developerId: string, limit: number): Promise<CredentialRow[]> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('developer_id', '=', developerId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** How many credentials a developer has taken since then, and how many of all work now. */
export async function countCredentials(
  db: Db,
  developerId: string,
  { now, since }: { now: number; since: number },
): Promise<{ recent: number; working: number }> {
  const counted = await db
    .selectFrom('credential')
    .select([
      sql<number>`coalesce(sum(case when created_at > ${since} then 1 else 0 end), 0)`.as('recent'),
      sql<number>`coalesce(sum(case when revoked_at is null and (expires_at is null or expires_at > ${now})
        then 1 else 0 end), 0)`.as('working'),
    ])
    .where('developer_id', '=', developerId)
    .executeTakeFirstOrThrow();
  return { recent: Number(counted.recent), working: Number(counted.working) };
}
