import type { Kysely } from 'kysely';

/** One-time codes with which a starter, and the key in it, is fetched from a terminal. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('start_code')
    .addColumn('code_hash', 'text', (c) => c.primaryKey())
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('page_opened_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema.createIndex('start_code_by_expiry').on('start_code').column('expires_at').execute();
}
