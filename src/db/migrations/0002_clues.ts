import type { Kysely } from 'kysely';

/** What a failing call is explained with: more of the cause than its code says, and what sort of program made it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('usage_event').addColumn('clue', 'text').execute();
  await db.schema.alterTable('usage_event').addColumn('client', 'text').execute();
}
