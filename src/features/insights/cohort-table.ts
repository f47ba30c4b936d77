import { DAY_MS } from '../../day.ts';
import type { Step } from '../journeys/journey.ts';
import { type CohortWeek, cohortWeek, weekFinder } from './cohort-week.ts';
import type { Insights } from './read-insights.ts';
import type { Count } from './shares.ts';

/** The milestones that cohorts are looked at by. */
export const COHORT_STEPS = ['first_call', 'own_machine', 'live'] as const satisfies readonly Step[];
export type CohortStep = (typeof COHORT_STEPS)[number];

/** The ages of a cohort, as exact times from each developer's own t0, inclusive. */
export const HORIZONS = [
  { days: 1, ms: DAY_MS },
  { days: 2, ms: 2 * DAY_MS },
  { days: 3, ms: 3 * DAY_MS },
  { days: 7, ms: 7 * DAY_MS },
  { days: 14, ms: 14 * DAY_MS },
  { days: 21, ms: 21 * DAY_MS },
] as const;

/** `k` of the `n` who began in the week had the milestone within the horizon, as far as is known. */
export interface CohortCell extends Count {
  /** Every member has had the full horizon: the week's end lies at least so far back. */
  mature: boolean;
  /**
   * What may be shown of it: nothing of fewer than SHOWN_FROM, and no share of fewer than SHARE_FROM, or before it is
   * mature.
   */
  shows: 'nothing' | 'count' | 'share';
}

export interface CohortRow extends CohortWeek {
  n: number;
  /** The days asked for begin or end within the week. */
  cut: boolean;
  /** One for each horizon. */
  cells: CohortCell[];
}

export interface CohortTable {
  step: CohortStep;
  /** In which weeks begin on Monday. */
  zone: string;
  /** The newest week first. */
  rows: CohortRow[];
  /** All mature cells of a column together: Σk / Σn, the mean weighted by n. */
  mean: CohortCell[];
  /** Developers in the rows; there are others where weeks are left out. */
  n: number;
  /** The last moment before the oldest week shown, where somebody began earlier; milliseconds since 1970. */
  earlier: number | null;
}

export const SHOWN_FROM = 5;
export const SHARE_FROM = 30;
/** Weeks, unless a first day is asked for: then up to a year. */
const USUAL_WEEKS = 16;
const MOST_WEEKS = 53;

export function parseCohortStep(text: string | null): CohortStep | null {
  return COHORT_STEPS.find((step) => step === text) ?? null;
}

/** By ISO week of t0 in `zone`, how many had reached a milestone by which age. O(developers). */
export function cohortTable(
  { columns, places, query, asOf }: Pick<Insights, 'columns' | 'places' | 'query' | 'asOf'>,
  step: CohortStep,
  zone = 'UTC',
): CohortTable {
  const first = earliest(places, columns.t0);
  const weeks = first === null ? [] : listWeeks(first, { query, asOf, zone });
  const counts = weeks.map(() => ({ n: 0, byAge: new Uint32Array(HORIZONS.length) }));
  const weekOf = weekFinder(weeks);
  const milestone = columns.steps[step];
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0;
    const t0 = columns.t0[place] ?? Number.NaN;
    const week = weekOf(t0);
    const counted = week < 0 ? undefined : counts[week];
    if (!counted) continue;
    counted.n += 1;
    const reached = milestone[place] ?? Number.NaN;
    if (reached <= asOf) countAge(counted.byAge, reached - t0);
  }
  const rows = weeks.map((week, at): CohortRow => {
    const { n = 0, byAge } = counts[at] ?? {};
    let k = 0;
    const cells = HORIZONS.map(({ ms }, age) => {
      k += byAge?.[age] ?? 0;
      return cell({ k, n }, week.end + ms <= asOf);
    });
    return { ...week, n, cut: isCut(week, query), cells };
  });
  const oldest = rows[0]?.start ?? Number.POSITIVE_INFINITY;
  return {
    step,
    zone,
    rows: rows.toReversed(),
    mean: HORIZONS.map((_, age) => meanOf(rows.flatMap(({ cells }) => cells[age] ?? []))),
    n: rows.reduce((sum, row) => sum + row.n, 0),
    earlier: first !== null && first < oldest ? oldest - 1 : null,
  };
}

/** By the youngest age at which they had it. */
function countAge(byAge: Uint32Array, time: number): void {
  for (let age = 0; age < HORIZONS.length; age += 1) {
    if (time > (HORIZONS[age]?.ms ?? 0)) continue;
    byAge[age] = (byAge[age] ?? 0) + 1;
    return;
  }
}

function cell({ k, n }: Count, mature: boolean): CohortCell {
  const shows = n < SHOWN_FROM ? 'nothing' : mature && n >= SHARE_FROM ? 'share' : 'count';
  return { k, n, mature, shows };
}

function meanOf(cells: readonly CohortCell[]): CohortCell {
  const mature = cells.filter((one) => one.mature);
  const sum = (of: keyof Count) => mature.reduce((all, one) => all + one[of], 0);
  return cell({ k: sum('k'), n: sum('n') }, true);
}

interface Span {
  query: Insights['query'];
  asOf: number;
  zone: string;
}

function earliest(places: Uint32Array, t0s: Float64Array): number | null {
  let first = Number.POSITIVE_INFINITY;
  for (let at = 0; at < places.length; at += 1) {
    const t0 = t0s[places[at] ?? 0] ?? first;
    if (t0 < first) first = t0;
  }
  return first === Number.POSITIVE_INFINITY ? null : first;
}

/** Oldest first: from the first week that is asked for, or in which somebody began, without gaps. */
function listWeeks(begin: number, { query, asOf, zone }: Span): CohortWeek[] {
  const most = query.from === null ? USUAL_WEEKS : MOST_WEEKS;
  const weeks = [cohortWeek(Math.min((query.to ?? asOf + 1) - 1, asOf), zone)];
  for (let oldest = weeks[0]; oldest && oldest.start > begin && weeks.length < most; oldest = weeks.at(-1)) {
    weeks.push(cohortWeek(oldest.start - 1, zone));
  }
  return weeks.toReversed();
}

function isCut({ start, end }: CohortWeek, { from, to }: Insights['query']): boolean {
  const within = (at: number | null) => at !== null && at > start && at < end;
  return within(from) || within(to);
}
