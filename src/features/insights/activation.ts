import { DAY_MS } from '../../day.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { type CohortWeek, cohortWeek } from './cohort-week.ts';
import { cumulativeIncidence, incidenceWithin } from './competing-risks.ts';
import { type Count, type Share, wilson } from './shares.ts';
import type { ShareEstimate } from './survival.ts';
import { TO_FIRST_CALL } from './time-to-first-call.ts';
import { REACHED, waitingTimes } from './waiting-times.ts';

/** Who calls within a week of t0 is activated. */
export const ACTIVATION_MS = 7 * DAY_MS;
const WEEKS = 12;

/** Of some developers, those who have been there for at least 7 days, and how many of them called within 7 days of t0. */
export interface Activated {
  /** All of them, also those who came too recently. */
  developers: number;
  /** `n` have been there for so long; `k` of those called in time. */
  count: Count;
  /** k / n with Wilson's limits; null of nobody. */
  share: Share | null;
}

/** Developers who began in one week. */
export interface ActivationWeek extends Activated {
  week: CohortWeek;
  /** Everybody has had the full 7 days; until then the share is of some of them, and may change. */
  mature: boolean;
  /** F(7 d) of all of them, those who came recently counted as waiting; null while nobody has been waiting for 7 days. */
  estimate: number | null;
}

/**
 * #{there for 7 d and called within 7 d} / #{there for 7 d}. Who went counts as not activated; the last moment of the 7 days
 * is one of them.
 */
export function measureActivation(columns: JourneyColumns, places: Uint32Array, asOf: number): Activated {
  const count = { k: 0, n: 0 };
  const called = columns.steps.first_call;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const end = (columns.t0[place] ?? Number.NaN) + ACTIVATION_MS;
    if (!(end <= asOf)) continue;
    count.n += 1;
    if ((called[place] ?? Number.NaN) <= end) count.k += 1;
  }
  return { developers: places.length, count, share: wilson(count) };
}

/**
 * The twelve weeks up to the one in which `until` lies, the oldest first; also those in which nobody began.
 *
 * @throws RangeError for an unknown zone
 */
export function activationByWeek(
  columns: JourneyColumns,
  places: Uint32Array,
  { until, asOf, zone }: { until: number; asOf: number; zone: string },
): ActivationWeek[] {
  const weeks: CohortWeek[] = [];
  for (let at = until; weeks.length < WEEKS; at = (weeks[0]?.start ?? 0) - 1)
    weeks.unshift(cohortWeek(at, zone));
  const members = byWeek(columns, places, weeks);
  return weeks.map((week, i) => {
    const own = members[i] ?? new Uint32Array();
    const activated = measureActivation(columns, own, asOf);
    const mature = week.end + ACTIVATION_MS <= asOf;
    // Where everybody has been there for so long nobody is censored before, and F(7 d) is the share itself.
    const estimate = mature ? activated.share : estimateActivation(columns, own, asOf);
    return { week, ...activated, mature, estimate: estimate?.share ?? null };
  });
}

function estimateActivation(
  columns: JourneyColumns,
  places: Uint32Array,
  asOf: number,
): ShareEstimate | null {
  const { observations } = waitingTimes(columns, places, TO_FIRST_CALL, asOf);
  return incidenceWithin(cumulativeIncidence(observations, REACHED), ACTIVATION_MS);
}

/** Whoever began in each of these weeks, which follow each other. O(developers), with what a loop over a million allows. */
function byWeek(columns: JourneyColumns, places: Uint32Array, weeks: readonly CohortWeek[]): Uint32Array[] {
  const edges = Float64Array.from([...weeks.map(({ start }) => start), weeks.at(-1)?.end ?? 0]);
  const last = edges.length - 1;
  const which = new Int8Array(places.length).fill(-1);
  const sizes = new Uint32Array(last);
  for (let at = 0; at < places.length; at += 1) {
    const t0 = columns.t0[places[at] ?? 0] ?? Number.NaN;
    if (!(t0 >= (edges[0] ?? 0) && t0 < (edges[last] ?? 0))) continue;
    let week = last - 1;
    while (t0 < (edges[week] ?? 0)) week -= 1;
    which[at] = week;
    sizes[week] = (sizes[week] ?? 0) + 1;
  }
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  for (let at = places.length - 1; at >= 0; at -= 1) {
    const week = which[at] ?? -1;
    const own = members[week];
    if (!own) continue;
    sizes[week] = (sizes[week] ?? 0) - 1;
    own[sizes[week] ?? 0] = places[at] ?? 0;
  }
  return members;
}
