import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../json-rows.ts';

/**
 * Where developers stand also says who was live and is no more, and an index finds the calls that a rule leaves out: so the
 * figures of very many developers are counted without reading what is known of all of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('journey').addColumn('lapsed_at', 'bigint').execute();
  await noteLapses(db, 'insert', 'new.live_lapsed_at is not null');
  await noteLapses(db, 'update', 'new.live_lapsed_at is distinct from old.live_lapsed_at');
  await sql`
    insert into journey_due (developer_id)
    select developer_id from developer_state where live_lapsed_at is not null
      and developer_id not in (select developer_id from journey_due)`.execute(db);
  await db.schema
    .createIndex('developer_state_of_excluded_calls')
    .on('developer_state')
    .columns(['excluded_calls'])
    .where(sql`excluded_calls > 0` as never)
    .execute();
}

async function noteLapses(db: Kysely<unknown>, on: 'insert' | 'update', when: string) {
  const head = sql`
    create trigger ${sql.ref(`journey_lapse_${on}`)} after ${sql.raw(on)} on developer_state
    for each row when (${sql.raw(when)})`;
  if (isPostgres(db)) await sql`${head} execute function note_journey()`.execute(db);
  else
    await sql`${head} begin
      insert into journey_due (developer_id) select new.developer_id
        where not exists (select 1 from journey_due where developer_id = new.developer_id);
    end`.execute(db);
}
