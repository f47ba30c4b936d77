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
  const known = stepTimes(columns);
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0;
    const furthest = furthestStep(known, place, asOf);
    for (let step = 0; step <= furthest; step += 1) {
      const at = known.times[step]?.[place] ?? Number.NaN;
      times[step] = at <= asOf ? at : Number.NaN;
    }
    for (let step = 1; step <= Math.min(furthest + 1, LAST); step += 1) {
      const reached = earliest(times, step, furthest);
      const start = latest(times, step, reached);
      const dwell = dwells[step - 1];
      if (start === undefined || !dwell) continue;
      const ended = columns.ended[place] ?? Number.NaN;
      dwell.n += 1;
      const kind = reached <= asOf ? EVENT : ended <= asOf ? CLOSED : WAITING;
      const until = kind === EVENT ? reached : kind === CLOSED ? ended : asOf;
      if (kind === EVENT) dwell.events += 1;
      if (kind === CLOSED) dwell.closed += 1;
      dwell.times.add(Math.max(0, until - start), kind);
    }
  }
  return dwells.map(({ times: { list }, ...counts }) => ({ ...counts, observations: list() }));
}

/** The first time at which somebody had got at least to `step`; infinite where they have not. */
function earliest(times: Float64Array, step: number, furthest: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (let at = step; at <= furthest; at += 1) {
    const time = times[at] ?? Number.NaN;
    if (time < first) first = time;
  }
  return first;
}

/** The last time, not after `until`, at which an earlier step was reached. */
function latest(times: Float64Array, step: number, until: number): number | undefined {
  let last: number | undefined;
  for (let at = 0; at < step; at += 1) {
    const time = times[at] ?? Number.NaN;
    if (time <= until && !(last !== undefined && last >= time)) last = time;
  }
  return last;
}
