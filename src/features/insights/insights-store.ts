import type { Db } from '../../context.ts';
import { DIMENSIONS } from '../journeys/journey.ts';
import type { InsightsQuery } from './insights-query.ts';
import { UNKNOWN } from './select-developers.ts';

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
