import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import { greatest, least } from '../../db/extremes.ts';
import { isPostgres, jsonRows } from '../../db/json-rows.ts';
import type { CallDayTable, DeveloperStateTable } from '../../db/usage-schema.ts';
import type { DayDelta, DeveloperDelta } from './fold-calls.ts';

export type DeveloperStateRow = Selectable<DeveloperStateTable>;
export type CallDayRow = Selectable<CallDayTable>;

/** A developer's state as it stands once a batch has been added. */
export type FoldedState = Pick<
  DeveloperStateRow,
  | 'developer_id'
  | 'first_attempt_at'
  | 'first_call_at'
  | 'first_own_call_at'
  | 'live_reached_at'
  | 'live_lapsed_at'
  | 'check_at'
>;

/** As `check_at`: all of a developer's days have to be looked at again, and now. */
export const EVERYTHING = 0;

const STATE = {
  developer_id: 'text',
  revision: 'bigint',
  definition: 'integer',
  calls: 'bigint',
  excluded_calls: 'bigint',
  first_attempt_at: 'bigint',
  first_call_at: 'bigint',
  first_own_call_at: 'bigint',
  last_call_at: 'bigint',
  last_success_at: 'bigint',
  last_error_at: 'bigint',
} as const;

/**
 * Adds to the states of developers, in the order of their ids, so that two processes never wait for each other.
 * Returns them as they stand now.
 */
export async function addToStates(
  db: Db,
  definition: number,
  deltas: readonly [string, DeveloperDelta][],
): Promise<FoldedState[]> {
  if (deltas.length === 0) return [];
  const rows = deltas.map(([developerId, delta]) => [
    developerId,
    1,
    definition,
    delta.calls,
    delta.excludedCalls,
    delta.earliest.get('first_attempt')?.receivedAt ?? null,
    delta.earliest.get('first_api_call')?.receivedAt ?? null,
    delta.earliest.get('first_own_machine_call')?.receivedAt ?? null,
    delta.lastCallAt,
    delta.lastSuccessAt,
    delta.lastErrorAt,
  ]);
  const { rows: states } = await sql<FoldedState>`
    insert into developer_state (${sql.join(Object.keys(STATE).map((name) => sql.ref(name)))})
    select ${jsonRows(db, Object.values(STATE), rows)} where true
    on conflict (developer_id) do update set ${stateChanges(db)}
    returning developer_id, first_attempt_at, first_call_at, first_own_call_at,
      live_reached_at, live_lapsed_at, check_at`.execute(db);
  return states;
}

const stateChanges = (db: Db) =>
  combine(db, 'developer_state', {
    sum: ['revision', 'calls', 'excluded_calls'],
    least: ['first_attempt_at', 'first_call_at', 'first_own_call_at'],
    greatest: ['last_call_at', 'last_success_at', 'last_error_at'],
  });

interface Combination {
  sum: readonly string[];
  least: readonly string[];
  greatest: readonly string[];
}

/** How a row that is there and one that is added become one. */
function combine(db: Db, table: string, columns: Combination) {
  const [there, added] = [
    (name: string) => sql.ref(`${table}.${name}`),
    (name: string) => sql.ref(`excluded.${name}`),
  ];
  return sql.join([
    ...columns.sum.map((name) => sql`${sql.ref(name)} = ${there(name)} + ${added(name)}`),
    ...columns.least.map((name) => sql`${sql.ref(name)} = ${least(db, there(name), added(name))}`),
    ...columns.greatest.map((name) => sql`${sql.ref(name)} = ${greatest(db, there(name), added(name))}`),
  ]);
}

const DAY = {
  developer_id: 'text',
  environment: 'text',
  day: 'integer',
  calls: 'bigint',
  successes: 'bigint',
  errors: 'bigint',
  throttled: 'bigint',
  portal_successes: 'bigint',
  portal_errors: 'bigint',
  excluded: 'bigint',
  first_success_at: 'bigint',
  last_success_at: 'bigint',
} as const;

const dayChanges = (db: Db) =>
  combine(db, 'call_day', {
    sum: ['calls', 'successes', 'errors', 'throttled', 'portal_successes', 'portal_errors', 'excluded'],
    least: ['first_success_at'],
    greatest: ['last_success_at'],
  });

/** Adds to the counts of days. One statement however many there are. */
export async function addToDays(
  db: Db,
  deltas: readonly (readonly [developerId: string, days: readonly DayDelta[]])[],
): Promise<void> {
  const rows = deltas.flatMap(([developerId, days]) => days.map((day) => toRow(developerId, day)));
  if (rows.length === 0) return;
  await sql`
    insert into call_day (${sql.join(Object.keys(DAY).map((name) => sql.ref(name)))})
    select ${jsonRows(db, Object.values(DAY), rows)} where true
    on conflict (developer_id, environment, day) do update set ${dayChanges(db)}`.execute(db);
}

function toRow(developerId: string, day: DayDelta): (string | number | null)[] {
  return [
    developerId,
    day.environment,
    day.day,
    day.calls,
    day.successes,
    day.errors,
    day.throttled,
    day.portalSuccesses,
    day.portalErrors,
    day.excluded,
    day.firstSuccessAt,
    day.lastSuccessAt,
  ];
}

/** The days from `from` on, oldest first. */
export async function listDays(
  db: Db,
  developerId: string,
  environment: string,
  from = 0,
): Promise<CallDayRow[]> {
  return db
    .selectFrom('call_day')
    .selectAll()
    .where('developer_id', '=', developerId)
    .where('environment', '=', environment)
    .where('day', '>=', from)
    .orderBy('day')
    .execute();
}

/** The same with the keys of every environment, newest first. */
export async function listDaysOf(db: Db, developerId: string, from: number): Promise<CallDayRow[]> {
  return db
    .selectFrom('call_day')
    .selectAll()
    .where('developer_id', '=', developerId)
    .where('day', '>=', from)
    .orderBy('day', 'desc')
    .execute();
}

export async function deleteDaysFrom(db: Db, developerId: string, day: number): Promise<void> {
  await db.deleteFrom('call_day').where('developer_id', '=', developerId).where('day', '>=', day).execute();
}

/**
 * Adds what was counted of one developer to another. Whether the other is live is looked at again, where the one has
 * live calls; with `anew`, everything is counted again soon.
 */
export async function moveCounts(db: Db, from: string, into: string, anew: boolean): Promise<void> {
  const [state, day] = [Object.keys(STATE), Object.keys(DAY)].map((names) =>
    sql.join(names.slice(1).map((name) => sql.ref(name))),
  );
  await sql`
    insert into developer_state (developer_id, ${state})
    select ${into}, ${state} from developer_state where developer_id = ${from}
    on conflict (developer_id) do update set ${stateChanges(db)}`.execute(db);
  await sql`
    insert into call_day (developer_id, ${day})
    select ${into}, ${day} from call_day where developer_id = ${from}
    on conflict (developer_id, environment, day) do update set ${dayChanges(db)}`.execute(db);
  await sql`
    update developer_state set check_at = ${EVERYTHING} where developer_id = ${into}
      and exists (select 1 from call_day where developer_id = ${from} and environment = 'live')`.execute(db);
  if (anew)
    await db.updateTable('developer_state').set({ definition: 0 }).where('developer_id', '=', into).execute();
  for (const table of ['developer_state', 'call_day', 'live_spell', 'milestone'] as const) {
    await db.deleteFrom(table).where('developer_id', '=', from).execute();
  }
}

/** All that was ever counted, which is more than what is kept. */
export async function sumDays(
  db: Db,
  developerId: string,
): Promise<{ calls: number; excluded_calls: number }> {
  const sums = await db
    .selectFrom('call_day')
    .select((e) => [
      e.fn.sum<number | null>('calls').as('calls'),
      e.fn.sum<number | null>('excluded').as('excluded'),
    ])
    .where('developer_id', '=', developerId)
    .executeTakeFirstOrThrow();
  return { calls: Number(sums.calls ?? 0), excluded_calls: Number(sums.excluded ?? 0) };
}

export async function findState(db: Db, developerId: string): Promise<DeveloperStateRow | undefined> {
  return db
    .selectFrom('developer_state')
    .selectAll()
    .where('developer_id', '=', developerId)
    .executeTakeFirst();
}

/** The same, there if it was not, and nobody adds to it until the transaction ends. */
export async function lockState(tx: Db, developerId: string): Promise<DeveloperStateRow> {
  await tx
    .insertInto('developer_state')
    .values({
      developer_id: developerId,
      revision: 0,
      definition: 0,
      calls: 0,
      excluded_calls: 0,
    } as DeveloperStateRow)
    .onConflict((c) => c.doNothing())
    .execute();
  const query = tx.selectFrom('developer_state').selectAll().where('developer_id', '=', developerId);
  return (isPostgres(tx) ? query.forUpdate() : query).executeTakeFirstOrThrow();
}

/** Writes what is known of a developer anew; whoever follows them looks again. */
export async function updateState(
  tx: Db,
  developerId: string,
  values: Partial<Omit<DeveloperStateRow, 'developer_id' | 'revision'>>,
): Promise<void> {
  await tx
    .updateTable('developer_state')
    .set((e) => ({ ...values, revision: e('revision', '+', 1) }))
    .where('developer_id', '=', developerId)
    .execute();
}

/** Those of whom it has to be looked at again whether they are live, the longest due first. */
export async function listDue(db: Db, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('developer_state')
    .select('developer_id')
    .where('check_at', '<=', now)
    .orderBy('check_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.developer_id);
}

/** Those who were counted by an older definition. */
export async function listOutdated(db: Db, definition: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('developer_state')
    .select('developer_id')
    .where('definition', '<', definition)
    .orderBy('definition')
    .orderBy('developer_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.developer_id);
}
