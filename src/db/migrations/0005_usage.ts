import { type Kysely, type RawBuilder, sql } from 'kysely';
import { DAY_MS } from '../../day.ts';
import { isPostgres } from '../json-rows.ts';
import { createDays } from '../partitions.ts';

/** Calls from more than the gateway, what they say of each developer, and by which definition. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await rebuildUsageEvent(db);
  await createUsageIds(db);
  await createState(db);
  await createDefinitions(db);
  await db.schema.createIndex('credential_by_id').unique().on('credential').column('id').execute();
  await db.schema
    .alterTable('milestone')
    .addColumn('occurred_at', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`update milestone set occurred_at = reached_at`.execute(db);
  await db.schema.alterTable('developer').addColumn('excluded_by', 'text').execute();
  await db.schema.alterTable('developer').addColumn('excluded_at', 'bigint').execute();
  await db.schema
    .createIndex('developer_by_exclusion')
    .on('developer')
    .column('excluded')
    .where(sql.ref('excluded'), 'is not', null)
    .execute();
}

/**
 * By time within a developer, since ids of reported calls are not in the order of time; on Postgres in a partition per
 * day, so that what is too old goes with a `drop table`.
 */
async function rebuildUsageEvent(db: Kysely<unknown>) {
  await db.schema.alterTable('usage_event').renameTo('usage_event_before').execute();
  if (isPostgres(db)) await sql`alter index usage_event_key rename to usage_event_before_key`.execute(db);
  await db.schema
    .createTable('usage_event')
    .addColumn('developer_id', key(db), (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('id', key(db), (c) => c.notNull())
    .addColumn('credential_id', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('occurred_at', 'bigint', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('ok', 'integer')
    .addColumn('duration_ms', 'double precision', (c) => c.notNull())
    .addColumn('error_code', 'text')
    .addColumn('clue', 'text')
    .addColumn('client', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text')
    .addColumn('source', 'text')
    .addPrimaryKeyConstraint('usage_event_key', ['developer_id', 'received_at', 'id'])
    .modifyEnd(isPostgres(db) ? sql`partition by range (received_at)` : sql`without rowid`)
    .execute();
  await createDaysOfOldCalls(db);
  await sql`
    insert into usage_event (developer_id, received_at, id, credential_id, environment, origin, occurred_at,
      method, route, status, duration_ms, error_code, clue, client)
    select b.developer_id, b.received_at, b.id, b.credential_id, coalesce(c.environment, 'test'), b.origin,
      b.received_at, b.method, b.route, b.status, b.duration_ms, b.error_code, b.clue, coalesce(b.client, 'other')
    from usage_event_before b
    left join credential c on c.developer_id = b.developer_id and c.id = b.credential_id`.execute(db);
  await db.schema.dropTable('usage_event_before').execute();
}

async function createDaysOfOldCalls(db: Kysely<unknown>) {
  if (!isPostgres(db)) return;
  const { rows } = await sql<{ day: number }>`
    select distinct received_at / ${sql.lit(DAY_MS)} as day from usage_event_before`.execute(db);
  await createDays(
    db,
    rows.map(({ day }) => Number(day)),
  );
}

/** By id first: ids are in the order of time where reporters make them as is asked of them, so new ones lie together. */
async function createUsageIds(db: Kysely<unknown>) {
  await db.schema
    .createTable('usage_id')
    .addColumn('id', key(db), (c) => c.notNull())
    .addColumn('developer_id', key(db), (c) => c.notNull())
    .addColumn('fingerprint', 'bigint', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('usage_id_key', ['id', 'developer_id'])
    .modifyEnd(isPostgres(db) ? sql`` : sql`without rowid`)
    .execute();
}

async function createState(db: Kysely<unknown>) {
  await db.schema
    .createTable('developer_state')
    .addColumn('developer_id', key(db), (c) => c.primaryKey())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('definition', 'integer', (c) => c.notNull())
    .addColumn('calls', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('excluded_calls', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('first_attempt_at', 'bigint')
    .addColumn('first_call_at', 'bigint')
    .addColumn('first_own_call_at', 'bigint')
    .addColumn('last_call_at', 'bigint')
    .addColumn('last_success_at', 'bigint')
    .addColumn('last_error_at', 'bigint')
    .addColumn('live_reached_at', 'bigint')
    .addColumn('live_since', 'bigint')
    .addColumn('live_lapsed_at', 'bigint')
    .addColumn('check_at', 'bigint')
    .modifyEnd(frequentlyUpdated(db))
    .execute();
  await db.schema
    .createIndex('developer_state_by_check')
    .on('developer_state')
    .column('check_at')
    .where(sql.ref('check_at'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('developer_state_by_definition')
    .on('developer_state')
    .columns(['definition', 'developer_id'])
    .execute();
  await sql`
    insert into developer_state (developer_id, revision, definition)
    select distinct developer_id, 0, 0 from usage_event`.execute(db);

  await db.schema
    .createTable('call_day')
    .addColumn('developer_id', key(db), (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('calls', 'bigint', (c) => c.notNull())
    .addColumn('successes', 'bigint', (c) => c.notNull())
    .addColumn('errors', 'bigint', (c) => c.notNull())
    .addColumn('throttled', 'bigint', (c) => c.notNull())
    .addColumn('portal_successes', 'bigint', (c) => c.notNull())
    .addColumn('portal_errors', 'bigint', (c) => c.notNull())
    .addColumn('excluded', 'bigint', (c) => c.notNull())
    .addColumn('first_success_at', 'bigint')
    .addColumn('last_success_at', 'bigint')
    .addPrimaryKeyConstraint('call_day_key', ['developer_id', 'environment', 'day'])
    .modifyEnd(frequentlyUpdated(db))
    .execute();

  await db.schema
    .createTable('live_spell')
    .addColumn('developer_id', key(db), (c) => c.notNull())
    .addColumn('reached_at', 'bigint', (c) => c.notNull())
    .addColumn('live_since', 'bigint', (c) => c.notNull())
    .addColumn('lapsed_at', 'bigint')
    .addColumn('successes', 'bigint', (c) => c.notNull())
    .addColumn('days', 'integer', (c) => c.notNull())
    .addColumn('errors', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('live_spell_key', ['developer_id', 'reached_at'])
    .modifyEnd(isPostgres(db) ? sql`` : sql`without rowid`)
    .execute();
}

async function createDefinitions(db: Kysely<unknown>) {
  await db.schema
    .createTable('definition')
    .addColumn('version', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
}

/** Keys are compared byte by byte, which is several times as fast as by the rules of a language. */
function key(db: Kysely<unknown>): RawBuilder<unknown> {
  return isPostgres(db) ? sql`text collate "C"` : sql`text`;
}

/** Leaves room in each page for the next version of a row, so that an update need not touch an index. */
function frequentlyUpdated(db: Kysely<unknown>): RawBuilder<unknown> {
  return isPostgres(db) ? sql`with (fillfactor = 70)` : sql`without rowid`;
}
