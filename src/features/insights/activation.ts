import { DAY_MS } from '../../day.ts';
import type { Step } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { type CohortWeek, cohortWeek, weekFinder } from './cohort-week.ts';
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
  const count = countWithin(columns, places, { step: 'first_call', ms: ACTIVATION_MS }, asOf);
  return { developers: places.length, count, share: wilson(count) };
}

/** Of those who have been there for so long by `asOf`, how many reached a step within that time of t0, inclusive. */
export function countWithin(
  { t0, steps }: JourneyColumns,
  places: Uint32Array,
  { step, ms }: { step: Step; ms: number },
  asOf: number,
): Count {
  const reached = steps[step];
  const count = { k: 0, n: 0 };
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    countOne(count, (t0[place] ?? Number.NaN) + ms, reached[place] ?? Number.NaN, asOf);
  }
  return count;
}

/** One developer, whose time is over at `end`. */
function countOne(count: Count, end: number, reached: number, asOf: number): void {
  if (!(end <= asOf)) return;
  count.n += 1;
  if (reached <= end) count.k += 1;
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
  const counts = countWeeks(columns, places, weeks, asOf);
  return weeks.map((week, i) => {
    const { developers, n, k } = counts[i] ?? { developers: 0, n: 0, k: 0 };
    const share = wilson({ k, n });
    const mature = week.end + ACTIVATION_MS <= asOf;
    // Where everybody has been there for so long nobody is censored before, and F(7 d) is the share itself.
    const estimate = mature ? share : estimateActivation(columns, membersOf(columns, places, week), asOf);
    return { week, developers, count: { k, n }, share, mature, estimate: estimate?.share ?? null };
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

/**
 * Of each of these weeks, which follow each other, how many began in it, how many of those have been there for seven days
 * (`n`), and how many of these had called by then (`k`). O(developers).
 */
function countWeeks(
  columns: JourneyColumns,
  places: Uint32Array,
  weeks: readonly CohortWeek[],
  asOf: number,
): { developers: number; n: number; k: number }[] {
  const counts = weeks.map(() => ({ developers: 0, n: 0, k: 0 }));
  const weekOf = weekFinder(weeks);
  const called = columns.steps.first_call;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const t0 = columns.t0[place] ?? Number.NaN;
    const week = weekOf(t0);
    const counted = week < 0 ? undefined : counts[week];
    if (!counted) continue;
    counted.developers += 1;
    countOne(counted, t0 + ACTIVATION_MS, called[place] ?? Number.NaN, asOf);
  }
  return counts;
}

function membersOf({ t0 }: JourneyColumns, places: Uint32Array, { start, end }: CohortWeek): Uint32Array {
  const members = new Uint32Array(places.length);
  let n = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const began = t0[place] ?? Number.NaN;
    if (began >= start && began < end) members[n++] = place;
  }
  return members.subarray(0, n);
}
