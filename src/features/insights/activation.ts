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
  /** F(7 d) of all of them, those who came recently counted as waiting; null while nobody has been there for 7 days. */
  estimate: ShareEstimate | null;
}

/**
 * #{there for 7 d and called within 7 d} / #{there for 7 d}. Who went counts as not activated; the last moment of the 7 days
 * is one of them.
 */
export function measureActivation(columns: JourneyColumns, places: Uint32Array, asOf: number): Activated {
  const count = { k: 0, n: 0 };
  for (const place of places) {
    const t0 = columns.t0[place] ?? Number.NaN;
    if (!(t0 + ACTIVATION_MS <= asOf)) continue;
    count.n += 1;
    if ((columns.steps.first_call[place] ?? Number.NaN) <= t0 + ACTIVATION_MS) count.k += 1;
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
  const members = weeks.map((): number[] => []);
  for (const place of places) {
    const t0 = columns.t0[place] ?? Number.NaN;
    const which = weeks.findLastIndex(({ start }) => start <= t0);
    if (t0 < (weeks[which]?.end ?? t0)) members[which]?.push(place);
  }
  return weeks.map((week, i) => {
    const own = Uint32Array.from(members[i] ?? []);
    const { observations } = waitingTimes(columns, own, TO_FIRST_CALL, asOf);
    return {
      week,
      ...measureActivation(columns, own, asOf),
      mature: week.end + ACTIVATION_MS <= asOf,
      estimate: incidenceWithin(cumulativeIncidence(observations, REACHED), ACTIVATION_MS),
    };
  });
}
