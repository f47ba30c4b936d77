import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../../context.ts';
import type { Schema } from '../../db/schema.ts';
import { DIMENSIONS } from '../journeys/journey.ts';
import type { MilestoneName } from '../milestones/progress-schema.ts';
import type { InsightsQuery } from './insights-query.ts';
import { UNKNOWN } from './select-developers.ts';

/** What one counted developer did when; milliseconds since 1970, null for what has not happened. */
export interface DeveloperTimes {
  id: string;
  t0: number;
  firstVisitAt: number | null;
  firstCallAt: number | null;
  ownMachineCallAt: number | null;
  /** Of the latest spell of being live. */
  liveSince: number | null;
  liveLapsedAt: number | null;
}

/** A place in the list of developers, newest first. */
export interface DeveloperPlace {
  t0: number;
  id: string;
}

/** Developers who count: nobody's staff or bot, and with a first act of intent. */
function counted(db: Db) {
  const reached = (eb: ExpressionBuilder<Schema, 'developer'>, name: MilestoneName) =>
    eb
      .selectFrom('milestone')
      .select('reached_at')
      .whereRef('milestone.developer_id', '=', 'developer.id')
      .where('milestone.name', '=', name);
  return db
    .selectFrom('developer')
    .leftJoin('developer_state', 'developer_state.developer_id', 'developer.id')
    .select((eb) => [
      'developer_state.live_since as liveSince',
      'developer_state.live_lapsed_at as liveLapsedAt',
      'developer.id',
      'developer.t0',
      'developer.first_visit_at as firstVisitAt',
      reached(eb, 'first_api_call').as('firstCallAt'),
      reached(eb, 'first_own_machine_call').as('ownMachineCallAt'),
    ])
    .where('developer.excluded', 'is', null)
    .where('developer.t0', 'is not', null)
    .$narrowType<{ t0: number }>();
}

/** Newest t0 first, strictly after `after`; the id decides between equal times. */
export async function listNewestDevelopers(
  db: Db,
  limit: number,
  after?: DeveloperPlace,
): Promise<DeveloperTimes[]> {
  let query = counted(db);
  if (after) {
    query = query.where((eb) =>
      eb(eb.refTuple('developer.t0', 'developer.id'), '<', eb.tuple(after.t0, after.id)),
    );
  }
  return query.orderBy('developer.t0', 'desc').orderBy('developer.id', 'desc').limit(limit).execute();
}

export interface LiveCounts {
  now: number;
  /** Were live, and have not called successfully for too long. */
  lapsed: number;
}

/** How many of those whom the address asks for are live at this moment. */
export async function countLive(
  db: Db,
  { filter, from, to }: InsightsQuery,
  asOf: number,
): Promise<LiveCounts> {
  let query = db
    .selectFrom('developer_state as state')
    .innerJoin('journey', 'journey.developer_id', 'state.developer_id')
    .select(({ fn }) => [
      fn.countAll<number | string>().as('all'),
      fn.count<number | string>('state.live_lapsed_at').as('lapsed'),
    ])
    .where('state.live_since', 'is not', null)
    .where('journey.excluded', 'is', null)
    .where('journey.t0', '<=', asOf);
  if (from !== null) query = query.where('journey.t0', '>=', from);
  if (to !== null) query = query.where('journey.t0', '<', to);
  for (const dimension of DIMENSIONS) {
    const value = filter[dimension];
    if (value === UNKNOWN) query = query.where(`journey.${dimension}`, 'is', null);
    else if (value !== undefined) query = query.where(`journey.${dimension}`, '=', value);
  }
  const counts = await query.executeTakeFirstOrThrow();
  const lapsed = Number(counts.lapsed);
  return { now: Number(counts.all) - lapsed, lapsed };
}

/** How many are left out of every figure, by reason. */
export async function countExcluded(db: Db): Promise<{ reason: string; n: number }[]> {
  const rows = await db
    .selectFrom('developer')
    .select((eb) => ['excluded as reason', eb.fn.countAll<number | string>().as('n')])
    .where('excluded', 'is not', null)
    .groupBy('excluded')
    .orderBy('excluded')
    .$narrowType<{ reason: string }>()
    .execute();
  return rows.map(({ reason, n }) => ({ reason, n: Number(n) }));
}

/** How many calls a rule leaves out, such as those of CI and of monitors. */
export async function countExcludedCalls(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('developer_state')
    .select((eb) => eb.fn.sum<number | string | null>('excluded_calls').as('n'))
    .executeTakeFirstOrThrow();
  return Number(n ?? 0);
}
