import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import type { ClaimLinkTable } from '../../db/proof-schema.ts';

export type ClaimLinkRow = Selectable<ClaimLinkTable>;

export async function insertClaimLink(db: Db, row: ClaimLinkRow): Promise<void> {
  await db.insertInto('claim_link').values(row).execute();
}

/** A link that can still be used. */
export async function findClaimLink(
  db: Db,
  tokenHash: string,
  now: number,
): Promise<ClaimLinkRow | undefined> {
  return db
    .selectFrom('claim_link')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** The link's row for exactly one caller, however many try at once. */
export async function takeClaimLink(
  db: Db,
  tokenHash: string,
  now: number,
): Promise<ClaimLinkRow | undefined> {
  return db
    .updateTable('claim_link')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteClaimLinksOf(db: Db, developerId: string): Promise<void> {
  await db.deleteFrom('claim_link').where('developer_id', '=', developerId).execute();
}

/** What was noted of one developer becomes another's. */
export async function moveHistory(db: Db, from: string, into: string): Promise<void> {
  for (const table of ['onboarding_event', 'start_code', 'audit'] as const) {
    await db.updateTable(table).set({ developer_id: into }).where('developer_id', '=', from).execute();
  }
}

/** The goal stays that of the one who is kept, unless there is none. */
export async function adoptGoal(db: Db, from: string, into: string): Promise<void> {
  await sql`
    update developer set
      goal = (select goal from developer where id = ${from}),
      goal_answered_at = (select goal_answered_at from developer where id = ${from})
    where id = ${into} and goal_answered_at is null`.execute(db);
}

export async function countCalls(db: Db, developerId: string): Promise<number> {
  const { n } = await db
    .selectFrom('usage_event')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('developer_id', '=', developerId)
    .executeTakeFirstOrThrow();
  return Number(n);
}
