import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../json-rows.ts';

/** Where each developer stands, one row each, from which every figure is made; and what a portal knows of itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('developer').addColumn('channel', 'text').execute();
  await db.schema.alterTable('developer').addColumn('occupation', 'text').execute();
  await createJourneys(db);
  await noteChanges(db);
  await sql`insert into journey_due (developer_id) select id from developer where true`.execute(db);
  await createProxies(db);
  await createWishes(db);
  await db.schema
    .createTable('setting')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
}

const TIMES = [
  'visited_at',
  'goal_at',
  'credential_at',
  'run_at',
  'first_call_at',
  'own_machine_at',
  'claimed_at',
  'live_at',
  'ended_at',
] as const;
const SEGMENTS = ['channel', 'occupation', 'goal', 'language', 'actor'] as const;

async function createJourneys(db: Kysely<unknown>) {
  const key = isPostgres(db) ? sql`text collate "C"` : sql`text`;
  let journey = db.schema
    .createTable('journey')
    .addColumn('developer_id', key, (c) => c.primaryKey())
    .addColumn('place', 'bigint', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('t0', 'bigint', (c) => c.notNull());
  for (const name of TIMES) journey = journey.addColumn(name, 'bigint');
  for (const name of SEGMENTS) journey = journey.addColumn(name, 'text');
  await journey
    .addColumn('excluded', 'text')
    .addColumn('stage', 'integer', (c) => c.notNull())
    .addColumn('progressed_at', 'bigint', (c) => c.notNull())
    .addColumn('active_at', 'bigint', (c) => c.notNull())
    .addColumn('last_event', 'text', (c) => c.notNull())
    .addColumn('error_code', 'text')
    .execute();
  await db.schema.createIndex('journey_by_revision').on('journey').columns(['revision']).execute();
  await db.schema.createIndex('journey_by_place').on('journey').columns(['place']).execute();
  await db.schema.createIndex('journey_by_t0').on('journey').columns(['t0', 'developer_id']).execute();
  for (const [name, columns] of [
    ['journey_by_activity', ['active_at', 'developer_id']],
    ['journey_by_stage_and_activity', ['stage', 'active_at', 'developer_id']],
  ] as const) {
    await db.schema
      .createIndex(name)
      .on('journey')
      .columns([...columns])
      .where(sql`excluded is null and live_at is null and ended_at is null` as never)
      .execute();
  }
  // People copy the end of an id from a page: as much of it as the pages show.
  const tail = isPostgres(db) ? sql`right(developer_id, 8)` : sql`substr(developer_id, -8)`;
  await sql`create index journey_by_tail on journey (${tail})`.execute(db);
  await db.schema
    .createTable('journey_due')
    .addColumn('developer_id', key, (c) => c.primaryKey())
    .execute();
}

/** Languages that readers asked for and did not find; nobody is in it. */
async function createWishes(db: Kysely<unknown>) {
  await db.schema
    .createTable('language_wish')
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('n', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('language_wish_key', ['day', 'language'])
    .execute();
  await db.schema
    .createIndex('onboarding_event_of_wishes')
    .on('onboarding_event')
    .columns(['developer_id', 'props'])
    .where(sql`name = 'language_wanted'` as never)
    .execute();
}

/** Early actions that somebody follows in place of a milestone, until it is known whether they are one. */
async function createProxies(db: Kysely<unknown>) {
  await db.schema
    .createTable('proxy_milestone')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('candidate', 'text', (c) => c.notNull())
    .addColumn('hypothesis', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('review_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_as', 'text')
    .execute();
}

/** What of a developer's calls is looked at anew: the hour of the last one, so that nobody active looks idle. */
const HOUR_MS = 3_600_000;

/**
 * The database itself notes whose row has to be made anew, so that no way of changing something can forget it. Calls
 * that change no milestone are noted once an hour.
 */
async function noteChanges(db: Kysely<unknown>) {
  if (isPostgres(db)) {
    // A note that is there already is locked all the same: who is about to take it waits for this change.
    for (const [name, row] of [
      ['note_journey', 'new.developer_id'],
      ['note_journey_lost', 'old.developer_id'],
      ['note_journey_developer', 'new.id'],
      ['note_journey_deleted', 'old.id'],
    ] as const) {
      await sql`
        create function ${sql.ref(name)}() returns trigger language plpgsql as $$ begin
          insert into journey_due (developer_id) values (${sql.raw(row)})
            on conflict (developer_id) do update set developer_id = excluded.developer_id;
          return null;
        end $$`.execute(db);
    }
  }
  await trigger(db, { table: 'developer', on: 'insert', id: 'new.id', call: 'note_journey_developer' });
  await trigger(db, { table: 'developer', on: 'update', id: 'new.id', call: 'note_journey_developer' });
  await trigger(db, { table: 'developer', on: 'delete', id: 'old.id', call: 'note_journey_deleted' });
  for (const table of ['onboarding_event', 'milestone']) {
    await trigger(db, { table, on: 'insert', id: 'new.developer_id', call: 'note_journey' });
    await trigger(db, { table, on: 'update', id: 'new.developer_id', call: 'note_journey' });
    await trigger(db, { table, on: 'delete', id: 'old.developer_id', call: 'note_journey_lost' });
  }
  const hour = (row: string) => `coalesce(${row}.last_call_at, 0) / ${HOUR_MS}`;
  await trigger(db, {
    table: 'developer_state',
    on: 'update',
    id: 'new.developer_id',
    call: 'note_journey',
    when: `new.live_reached_at is null and ${hour('new')} <> ${hour('old')}`,
  });
}

interface Trigger {
  table: string;
  on: 'insert' | 'update' | 'delete';
  id: string;
  call: string;
  when?: string;
}

async function trigger(db: Kysely<unknown>, { table, on, id, call, when }: Trigger) {
  const name = sql.ref(`journey_${table}_${on}`);
  const condition = sql.raw(when ? `when (${when})` : '');
  const head = sql`create trigger ${name} after ${sql.raw(on)} on ${sql.table(table)} for each row ${condition}`;
  if (isPostgres(db)) await sql`${head} execute function ${sql.ref(call)}()`.execute(db);
  else
    await sql`${head} begin
    insert into journey_due (developer_id) select ${sql.raw(id)}
      where not exists (select 1 from journey_due where developer_id = ${sql.raw(id)});
    end`.execute(db);
}
