import { STEPS } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';

/** The index in STEPS of the last step. */
export const LAST = STEPS.length - 1;

/**
 * The furthest step that was reached by `until` (inclusive), as an index of STEPS. Whoever has begun has opened a page,
 * also where nobody knows when, and so the least is 0.
 */
export function furthestStep(columns: JourneyColumns, place: number, until: number): number {
  for (let step = LAST; step > 0; step -= 1) {
    if (timeOf(columns, step, place) <= until) return step;
  }
  return 0;
}

/** When a step was reached, in milliseconds since 1970; NaN where it was not. */
export function timeOf(columns: JourneyColumns, step: number, place: number): number {
  return columns.steps[STEPS[step] ?? 'visited'][place] ?? Number.NaN;
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
