import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { Db } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import { isPostgres, jsonRows } from '../../db/json-rows.ts';
import type { Schema } from '../../db/schema.ts';
import { DIMENSIONS, type Journey, STEPS, type Step } from '../journeys/journey.ts';
import {
  byIdleness,
  type DeveloperListQuery,
  type DeveloperPlace,
  SEARCHED_TAIL,
} from './developer-list-query.ts';
import type { InsightsQuery } from './insights-query.ts';
import { UNKNOWN } from './select-developers.ts';
import { IDLE_MS } from './standing.ts';

export interface ListedDeveloper extends Journey {
  /** Younger than the row by up to an hour. */
  last_call_at: number | null;
}

export interface DeveloperListSpan {
  query: InsightsQuery;
  list: DeveloperListQuery;
  asOf: number;
  limit: number;
  /** Only these rows, where it is known that there are only a few. */
  places: Uint32Array | null;
  /** Only these developers, where somebody is searched for. */
  ids: readonly string[] | null;
}

type Builder = ExpressionBuilder<Schema & { j: Schema['journey']; s: Schema['developer_state'] }, 'j' | 's'>;

/** Newest first, or who stopped last first, who is easiest to win back; strictly after `list.after`. Nobody who is in no figure. */
export async function listStanding(db: Db, span: DeveloperListSpan): Promise<ListedDeveloper[]> {
  const { list, limit } = span;
  const column = byIdleness(list) ? 'j.active_at' : 'j.t0';
  return db
    .selectFrom('journey as j')
    .leftJoin('developer_state as s', 's.developer_id', 'j.developer_id')
    .selectAll('j')
    .select('s.last_call_at')
    .where((eb) => eb.and([...whoCounts(eb, span), ...whoWaits(eb, span), ...whoIsMeant(db, eb, span)]))
    .$if(list.after !== null, (query) => {
      const { at, id } = list.after as DeveloperPlace;
      return query.where((eb) => eb(eb.refTuple(column, 'j.developer_id'), '<', eb.tuple(at, id)));
    })
    .orderBy(column, 'desc')
    .orderBy('j.developer_id', 'desc')
    .limit(limit)
    .execute();
}

function whoCounts(eb: Builder, { query, list, asOf }: DeveloperListSpan) {
  // SQLite begins where the first limit of a column says: the tighter one has to be it.
  const place = byIdleness(list) ? null : list.after;
  const newest = Math.min(asOf, (query.to ?? asOf + 1) - 1, place?.at ?? asOf);
  return [
    eb('j.excluded', list.excluded ? 'is not' : 'is', null),
    eb('j.t0', '<=', newest),
    ...(query.from === null ? [] : [eb('j.t0', '>=', query.from)]),
    ...DIMENSIONS.flatMap((dimension) => {
      const value = query.filter[dimension];
      if (value === undefined) return [];
      const column = `j.${dimension}` as const;
      return [value === UNKNOWN ? eb(column, 'is', null) : eb(column, '=', value)];
    }),
  ];
}

/** The index by activity holds exactly those who are neither live nor gone. */
function whoWaits(eb: Builder, { list, asOf }: DeveloperListSpan) {
  if (!byIdleness(list)) return [];
  const called = eb.fn.coalesce('s.last_call_at', sql<number>`0`);
  // As above: one limit of the column that is in order, and the tighter one.
  const quietFor = (ms: number) => [
    eb('j.active_at', '<=', Math.min(asOf - ms, list.after?.at ?? asOf)),
    eb(called, '<=', asOf - ms),
  ];
  const tried = eb.or([
    eb('j.active_at', '>', eb.ref('j.progressed_at')),
    eb(called, '>', eb.ref('j.progressed_at')),
  ]);
  const kind = list.kind === 'struggling' ? [tried] : list.kind === 'silent' ? [eb.not(tried)] : [];
  return [
    eb('j.live_at', 'is', null),
    eb('j.ended_at', 'is', null),
    ...(list.idle === null ? [] : quietFor(list.idle * 3_600_000)),
    ...(list.kind === null ? [] : [eb('j.progressed_at', '<=', asOf - IDLE_MS[0]), ...kind]),
  ];
}

function whoIsMeant(db: Db, eb: Builder, { list, places, ids, asOf }: DeveloperListSpan) {
  const among = <Value>(rows: RawBuilder<unknown>) => sql<Value>`(select ${rows})` as never;
  return [
    ...(list.stage === null ? [] : [eb('j.stage', '=', STEPS.indexOf(list.stage))]),
    ...(list.atLeast === null ? [] : [eb('j.stage', '>=', STEPS.indexOf(list.atLeast))]),
    ...whoDid(eb, list, asOf),
    ...(places === null
      ? []
      : [
          eb(
            'j.place',
            'in',
            among<number>(
              jsonRows(
                db,
                ['bigint'],
                [...places].map((place) => [place]),
              ),
            ),
          ),
        ]),
    ...(ids === null
      ? []
      : [
          eb(
            'j.developer_id',
            'in',
            among<string>(
              jsonRows(
                db,
                ['text'],
                ids.map((id) => [id]),
              ),
            ),
          ),
        ]),
  ];
}

/** Where the time of each step stands. */
const COLUMN_OF = {
  visited: 'j.visited_at',
  goal: 'j.goal_at',
  credential: 'j.credential_at',
  run: 'j.run_at',
  first_call: 'j.first_call_at',
  own_machine: 'j.own_machine_at',
  claimed: 'j.claimed_at',
  live: 'j.live_at',
} as const satisfies Record<Step, string>;

function whoDid(eb: Builder, { did, within }: DeveloperListQuery, asOf: number) {
  if (did === null) return [];
  const reached = COLUMN_OF[did];
  if (within === null) return [eb(reached, '<=', asOf)];
  const ms = within * DAY_MS;
  return [
    eb(reached, '<=', asOf),
    eb(reached, '<=', eb('j.t0', '+', ms)),
    eb(eb('j.t0', '+', ms), '<=', asOf),
  ];
}

/** Ids that begin with a text, or end with it where it is long enough; at most `limit` of each. */
export async function findIds(db: Db, text: string, limit: number): Promise<string[]> {
  const first = await db
    .selectFrom('journey')
    .select('developer_id')
    .where('developer_id', '>=', text)
    .where('developer_id', '<', `${text}\u{10ffff}`)
    .orderBy('developer_id')
    .limit(limit)
    .execute();
  const tail = isPostgres(db)
    ? sql<string>`right(developer_id, ${sql.lit(SEARCHED_TAIL)})`
    : sql<string>`substr(developer_id, ${sql.lit(-SEARCHED_TAIL)})`;
  const last =
    text.length < SEARCHED_TAIL
      ? []
      : await db
          .selectFrom('journey')
          .select('developer_id')
          .where(tail, '=', text.slice(-SEARCHED_TAIL))
          .limit(limit)
          .execute();
  const ends = last.filter(({ developer_id }) => developer_id.endsWith(text));
  return [...new Set([...first, ...ends].map(({ developer_id }) => developer_id))];
}
