import type { Kysely } from 'kysely';

/** What the figures of a quarter were when it was audited. A row is written once and never changed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_snapshot')
    .addColumn('quarter', 'text', (c) => c.primaryKey())
    .addColumn('taken_at', 'bigint', (c) => c.notNull())
    .addColumn('findings', 'text', (c) => c.notNull())
    .execute();
}
