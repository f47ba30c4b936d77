import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../json-rows.ts';

/**
 * Where developers stand also says who was live and is no more, and an index finds the calls that a rule leaves out: so the
 * figures of very many developers are counted without reading what is known of all of them. Every change of what is told
 * of somebody's calls is noted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('journey').addColumn('lapsed_at', 'bigint').execute();
  await sql`drop trigger journey_developer_state_update ${sql.raw(isPostgres(db) ? 'on developer_state' : '')}`.execute(
    db,
  );
  await noteCalls(db, 'insert', FIRST);
  await noteCalls(db, 'update', CHANGED);
  await sql`
    insert into journey_due (developer_id) select developer_id from journey where true
    on conflict (developer_id) do nothing`.execute(db);
  await db.schema
    .createIndex('developer_state_of_excluded_calls')
    .on('developer_state')
    .columns(['excluded_calls'])
    .where(sql`excluded_calls > 0` as never)
    .execute();
}

const HOUR_MS = 3_600_000;
const hour = (row: string) => `coalesce(${row}.last_call_at, 0) / ${HOUR_MS}`;
const failed = (row: string) => `coalesce(${row}.last_error_at >= ${row}.last_call_at, false)`;
/** Of calls that succeed the hour is told, of those that fail everything; once somebody is live only that they lapse. */
const CHANGED = `new.live_lapsed_at is distinct from old.live_lapsed_at or new.live_reached_at is null and (
  ${hour('new')} <> ${hour('old')}
  or new.last_error_at is distinct from old.last_error_at
  or ${failed('new')} <> ${failed('old')})`;

/** Where a milestone was reached as well, that is noted already. */
const FIRST = 'new.first_attempt_at is null';

async function noteCalls(db: Kysely<unknown>, on: 'insert' | 'update', when: string) {
  const head = sql`
    create trigger ${sql.ref(`journey_developer_state_${on}`)} after ${sql.raw(on)} on developer_state
    for each row when (${sql.raw(when)})`;
  if (isPostgres(db)) await sql`${head} execute function note_journey()`.execute(db);
  else
    await sql`${head} begin
      insert into journey_due (developer_id) select new.developer_id
        where not exists (select 1 from journey_due where developer_id = new.developer_id);
    end`.execute(db);
}
