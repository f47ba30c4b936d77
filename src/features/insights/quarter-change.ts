import { DAY_MS } from '../../day.ts';
import { STEPS } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { furthestStep, nestedReach, stepTimes } from './furthest-step.ts';
import { type Quarter, quarterOf } from './quarter.ts';
import { type Count, type Difference, newcombe } from './shares.ts';

/** The conversions of a quarter beside those of the one before it. */
export interface QuarterChange {
  current: Quarter;
  previous: Quarter;
  /** For each step but the first. */
  steps: StepChange[];
}

export interface StepChange {
  /** `k` of the `n` who got to the step before. */
  current: Count;
  previous: Count;
  /** Current minus previous; null where either quarter has fewer than COMPARED_FROM developers. */
  change: Difference | null;
}

/**
 * What somebody did within so long after t0 counts, and only those are counted who have been here for so long: otherwise
 * a quarter that has just begun would always look worse than one that is over.
 */
export const FOLLOWED_MS = 14 * DAY_MS;
export const COMPARED_FROM = 5;

/** Developers belong to the quarter of their t0. Differences with Newcombe's 95 % interval. O(developers). */
export function compareQuarters(
  columns: JourneyColumns,
  places: Uint32Array,
  asOf: number,
  current: Quarter = quarterOf(asOf),
): QuarterChange {
  const previous = quarterOf(current.start, -1);
  const [now, before] = [current, previous].map((quarter) => reachIn(quarter, columns, places, asOf));
  return {
    current,
    previous,
    steps: STEPS.slice(1).map((_, from) => {
      const counts = [now, before].map((reached) => ({
        k: reached?.[from + 1] ?? 0,
        n: reached?.[from] ?? 0,
      }));
      const [first, second] = counts as [Count, Count];
      return { current: first, previous: second, change: changeBetween(first, second) };
    }),
  };
}

/** Null where either has fewer than COMPARED_FROM developers. */
export function changeBetween(current: Count, previous: Count): Difference | null {
  return Math.min(current.n, previous.n) < COMPARED_FROM ? null : newcombe(current, previous);
}

function reachIn({ start, end }: Quarter, columns: JourneyColumns, places: Uint32Array, asOf: number) {
  const furthest = STEPS.map(() => 0);
  const times = stepTimes(columns);
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0;
    const t0 = columns.t0[place] ?? Number.NaN;
    if (!(t0 >= start && t0 < end && t0 + FOLLOWED_MS <= asOf)) continue;
    const step = furthestStep(times, place, t0 + FOLLOWED_MS);
    furthest[step] = (furthest[step] ?? 0) + 1;
  }
  return nestedReach(furthest);
}
