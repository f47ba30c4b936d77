import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { isPostgres, jsonRows } from '../../db/json-rows.ts';
import type { Journey, JourneyFacts } from './journey.ts';

/** Any number that no other lock of this database has. */
const LOCK = 7_041_129;

/** Until the transaction ends nobody else makes rows anew: revisions and places are given in one order. */
export async function lockJourneys(tx: Db): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx);
}

/** Takes notes of whose row has to be made anew. Those of a change that is still under way stay for the next time. */
export async function takeDue(tx: Db, limit: number): Promise<string[]> {
  const free = isPostgres(tx) ? sql`for update skip locked` : sql``;
  const { rows } = await sql<{ developer_id: string }>`
    delete from journey_due where developer_id in
      (select developer_id from journey_due order by developer_id limit ${sql.lit(limit)} ${free})
    returning developer_id`.execute(tx);
  return rows.map((row) => row.developer_id);
}

const idsOf = (db: Db, ids: readonly string[]) =>
  jsonRows(
    db,
    ['text'],
    ids.map((id) => [id]),
  );

/** What is known of these developers; those who are gone are missing. One statement however many there are. */
export async function readFacts(db: Db, ids: readonly string[]): Promise<JourneyFacts[]> {
  const first = (name: string) => sql`
    (select received_at from onboarding_event e where e.developer_id = d.id and e.name = ${sql.lit(name)}
      order by received_at limit 1)`;
  const milestone = (name: string) => sql`
    (select reached_at from milestone m where m.developer_id = d.id and m.name = ${sql.lit(name)})`;
  const lastFailure = (column: string) => sql`
    (select ${sql.ref(column)} from usage_event u where u.developer_id = d.id and u.received_at = s.last_error_at
      and u.status >= 400 order by u.id desc limit 1)`;
  const event = (column: string, order: 'asc' | 'desc', name?: string) => sql`
    (select ${sql.ref(column)} from onboarding_event e where e.developer_id = d.id
      ${name ? sql`and e.name = ${sql.lit(name)}` : sql``}
      order by e.received_at ${sql.raw(order)}, e.id ${sql.raw(order)} limit 1)`;
  const { rows } = await sql<JourneyFacts & { run_props: string | null; key_props: string | null }>`
    select d.id, d.t0, d.first_visit_at, d.goal, d.goal_answered_at, d.claimed_at, d.channel, d.occupation, d.excluded,
      ${first('credential_created')} as credential_at, ${event('props', 'asc', 'credential_created')} as key_props,
      ${first('sample_run')} as run_at, ${event('props', 'asc', 'sample_run')} as run_props,
      ${milestone('first_api_call')} as first_call_at, ${milestone('first_own_machine_call')} as own_machine_at,
      ${milestone('integration_live')} as live_at,
      s.live_lapsed_at as lapsed_at, s.last_call_at, s.last_error_at,
      ${lastFailure('error_code')} as error_code, ${lastFailure('status')} as last_status,
      ${event('received_at', 'desc')} as last_event_at, ${event('name', 'desc')} as last_event
    from developer d left join developer_state s on s.developer_id = d.id
    where d.id in (select ${idsOf(db, ids)})`.execute(db);
  return rows.map(({ run_props, key_props, ...facts }) => ({
    ...facts,
    first_origin: propOf(key_props, 'origin'),
    language: propOf(run_props, 'language'),
  }));
}

function propOf(props: string | null, name: string): string | null {
  const value: unknown = props === null ? null : JSON.parse(props)[name];
  return typeof value === 'string' ? value : null;
}

export async function readJourneys(db: Db, ids: readonly string[]): Promise<Journey[]> {
  return db
    .selectFrom('journey')
    .selectAll()
    .where('developer_id', 'in', sql<string[]>`(select ${idsOf(db, ids)})` as never)
    .execute();
}

/** The last revision and place that were given. */
export async function findLast(db: Db): Promise<{ revision: number; place: number }> {
  const { rows } = await sql<{ revision: number | null; place: number | null }>`
    select (select max(revision) from journey) as revision, (select max(place) from journey) as place`.execute(
    db,
  );
  return { revision: Number(rows[0]?.revision ?? 0), place: Number(rows[0]?.place ?? -1) };
}

const COLUMNS = {
  developer_id: 'text',
  place: 'bigint',
  revision: 'bigint',
  t0: 'bigint',
  visited_at: 'bigint',
  goal_at: 'bigint',
  credential_at: 'bigint',
  run_at: 'bigint',
  first_call_at: 'bigint',
  own_machine_at: 'bigint',
  claimed_at: 'bigint',
  live_at: 'bigint',
  lapsed_at: 'bigint',
  ended_at: 'bigint',
  channel: 'text',
  occupation: 'text',
  goal: 'text',
  language: 'text',
  actor: 'text',
  excluded: 'text',
  stage: 'integer',
  progressed_at: 'bigint',
  active_at: 'bigint',
  last_event: 'text',
  error_code: 'text',
} as const satisfies Record<keyof Journey, string>;
const NAMES = Object.keys(COLUMNS) as (keyof Journey)[];

/** Puts rows in the place of what was there. */
export async function putJourneys(tx: Db, journeys: readonly Journey[]): Promise<void> {
  if (journeys.length === 0) return;
  const rows = journeys.map((journey) => NAMES.map((name) => journey[name]));
  const set = NAMES.slice(1).map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`);
  await sql`
    insert into journey (${sql.join(NAMES.map((name) => sql.ref(name)))})
    select ${jsonRows(tx, Object.values(COLUMNS), rows)} where true
    on conflict (developer_id) do update set ${sql.join(set)}`.execute(tx);
}

export async function deleteJourneys(tx: Db, ids: readonly string[]): Promise<void> {
  await sql`delete from journey where developer_id in (select ${idsOf(tx, ids)})`.execute(tx);
}

/** Gives a row another name, and notes that it has to be made anew under it. */
export async function renameJourney(tx: Db, id: string, name: string): Promise<void> {
  const { rows } = await sql<{ developer_id: string }>`
    update journey set developer_id = ${name} where developer_id = ${id} returning developer_id`.execute(tx);
  if (rows.length > 0) await tx.insertInto('journey_due').values({ developer_id: name }).execute();
}

/** What changed since a revision, oldest change first. */
export async function listChanged(db: Db, revision: number, limit: number): Promise<Journey[]> {
  return db
    .selectFrom('journey')
    .selectAll()
    .where('revision', '>', revision)
    .orderBy('revision')
    .limit(limit)
    .execute();
}
