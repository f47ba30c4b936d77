import { STEPS } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';

/** The index in STEPS of the last step. */
export const LAST = STEPS.length - 1;

/** Of every developer, taken out of the columns once. */
export interface StepTimes {
  /** When each step was reached, in the order of STEPS; milliseconds since 1970, NaN where it was not. */
  times: readonly Float64Array[];
  /** The furthest step of all that are known, also of those that lie in the future. */
  stage: Uint8Array;
  /** 1 where all up to that one are known, and none came before the one before it. */
  inOrder: Uint8Array;
}

export const stepTimes = ({ steps, stage, inOrder }: JourneyColumns): StepTimes => ({
  times: STEPS.map((step) => steps[step]),
  stage,
  inOrder,
});

/**
 * The furthest step that was reached by `until` (inclusive), as an index of STEPS. Whoever has begun has opened a page,
 * also where nobody knows when, and so the least is 0.
 */
export function furthestStep({ times, stage }: StepTimes, place: number, until: number): number {
  for (let step = stage[place] ?? 0; step > 0; step -= 1) {
    if ((times[step]?.[place] ?? Number.NaN) <= until) return step;
  }
  return 0;
}

/**
 * Of each step how many got at least so far: reach_k = Σ over j ≥ k of those whose furthest step is j. Never more than of
 * the step before it.
 */
export function nestedReach(furthest: readonly number[]): number[] {
  const reached = [...furthest];
  for (let step = reached.length - 2; step >= 0; step -= 1) {
    reached[step] = (reached[step] ?? 0) + (reached[step + 1] ?? 0);
  }
  return reached;
}
