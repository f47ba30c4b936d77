import { STEPS } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { furthestStep, LAST, stepTimes } from './furthest-step.ts';
import { CLOSED, collectTimes, EVENT, WAITING, type WaitingTimes } from './waiting-times.ts';

/** How long developers took from one step to the next one, or have been waiting there. Milliseconds. */
export type StepDwell = Pick<WaitingTimes, 'n' | 'events' | 'closed' | 'observations'>;

/**
 * For each step but the first, of those who got at least as far as the step before it: the time from the latest earlier
 * step they reached until they had got at least so far. That moment is the earliest of the times of the step and of all
 * later ones, so that a step which somebody passed over ends the waiting as well, and no dwell is negative. Who has not
 * got there waits until `asOf`, or until they deleted themselves. Where no earlier time is known there is no dwell, and
 * `n` is smaller than the number who got to the step before. O(developers).
 */
export function stepDwells(columns: JourneyColumns, places: Uint32Array, asOf: number): StepDwell[] {
  const dwells = STEPS.slice(1).map(() => ({
    n: 0,
    events: 0,
    closed: 0,
    times: collectTimes(places.length),
  }));
  const times = new Float64Array(STEPS.length);
  /** The first time at which somebody had got at least so far; infinite where they have not. */
  const first = new Float64Array(STEPS.length + 1);
  const known = stepTimes(columns);
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0;
    const furthest = furthestStep(known, place, asOf);
    const ended = columns.ended[place] ?? Number.NaN;
    first[furthest + 1] = Number.POSITIVE_INFINITY;
    for (let step = furthest; step >= 0; step -= 1) {
      const at = known.times[step]?.[place] ?? Number.NaN;
      const after = first[step + 1] ?? 0;
      times[step] = at <= asOf ? at : Number.NaN;
      first[step] = at < after && at <= asOf ? at : after;
    }
    let last = Number.NaN;
    for (let step = 1; step <= Math.min(furthest + 1, LAST); step += 1) {
      const before = times[step - 1] ?? Number.NaN;
      if (!Number.isNaN(before) && !(last >= before)) last = before;
      const reached = first[step] ?? 0;
      // Only where somebody took the steps in another order does the last time lie after this one.
      const start = last > reached ? latest(times, step, reached) : last;
      const dwell = dwells[step - 1];
      if (Number.isNaN(start) || !dwell) continue;
      const kind = reached <= asOf ? EVENT : ended <= asOf ? CLOSED : WAITING;
      const time = (kind === EVENT ? reached : kind === CLOSED ? ended : asOf) - start;
      dwell.n += 1;
      if (kind === EVENT) dwell.events += 1;
      if (kind === CLOSED) dwell.closed += 1;
      dwell.times.add(Math.max(0, time), kind);
    }
  }
  return dwells.map(({ times: { list }, ...counts }) => ({ ...counts, observations: list() }));
}

/** The last time, not after `until`, at which an earlier step was reached; NaN where none was. */
function latest(times: Float64Array, step: number, until: number): number {
  let last = Number.NaN;
  for (let at = 0; at < step; at += 1) {
    const time = times[at] ?? Number.NaN;
    if (time <= until && !(last >= time)) last = time;
  }
  return last;
}
