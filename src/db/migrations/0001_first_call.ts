import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../json-rows.ts';

/** `bigint` holds milliseconds on both databases (SQLite reads it as INTEGER). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createPeople(db);
  await createCredentials(db);
  await createEvents(db);
}

async function createPeople(db: Kysely<unknown>) {
  await db.schema
    .createTable('developer')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('t0', 'bigint')
    .addColumn('first_visit_at', 'bigint')
    .addColumn('goal', 'text')
    .addColumn('goal_answered_at', 'bigint')
    .addColumn('role', 'text', (c) => c.notNull().defaultTo('developer'))
    .addColumn('excluded', 'text')
    .execute();
  await db.schema.createIndex('developer_by_t0').on('developer').columns(['t0', 'id']).execute();

  await db.schema
    .createTable('session')
    .addColumn('id_hash', 'text', (c) => c.primaryKey())
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('session_by_developer').on('session').column('developer_id').execute();
  await db.schema.createIndex('session_by_expiry').on('session').column('expires_at').execute();

  await db.schema
    .createTable('one_time_link')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
}

async function createCredentials(db: Kysely<unknown>) {
  await db.schema
    .createTable('credential')
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('hint', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('first_used_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addPrimaryKeyConstraint('credential_key', ['developer_id', 'id'])
    .execute();
  await db.schema.createIndex('credential_by_hash').unique().on('credential').column('hash').execute();
}

async function createEvents(db: Kysely<unknown>) {
  await db.schema
    .createTable('usage_event')
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('credential_id', 'text', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('duration_ms', 'double precision', (c) => c.notNull())
    .addColumn('error_code', 'text')
    .addPrimaryKeyConstraint('usage_event_key', ['developer_id', 'id'])
    .modifyEnd(clusteredByKey(db))
    .execute();

  await db.schema
    .createTable('onboarding_event')
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('props', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('onboarding_event_key', ['developer_id', 'id'])
    .execute();

  await db.schema
    .createTable('milestone')
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('reached_at', 'bigint', (c) => c.notNull())
    .addColumn('event_id', 'text', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('duration_ms', 'double precision', (c) => c.notNull())
    .addPrimaryKeyConstraint('milestone_key', ['developer_id', 'name'])
    .modifyEnd(clusteredByKey(db))
    .execute();
}

/** SQLite keeps such a table in the order of its key, in one tree instead of two. */
function clusteredByKey(db: Kysely<unknown>) {
  return isPostgres(db) ? sql`` : sql`without rowid`;
}
