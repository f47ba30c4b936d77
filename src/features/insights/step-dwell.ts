import { STEPS } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { furthestStep, LAST, type StepTimes, stepTimes } from './furthest-step.ts';
import {
  CLOSED,
  collectTimes,
  EVENT,
  type Times,
  tally,
  WAITING,
  type WaitingTimes,
} from './waiting-times.ts';

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
  const dwells = STEPS.slice(1).map(() => collectTimes(places.length));
  const known = stepTimes(columns);
  const addInOrder = inOrder(dwells, known, asOf);
  const addInAnyOrder = inAnyOrder(dwells, known, asOf);
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0;
    const furthest = furthestStep(known, place, asOf);
    const ended = columns.ended[place] ?? Number.NaN;
    // Nearly everybody; the other way is right for them as well, and takes nearly twice as long.
    if (known.inOrder[place]) addInOrder(place, furthest, ended);
    else addInAnyOrder(place, furthest, ended);
  }
  return dwells.map((dwell) => {
    const observations = dwell.list();
    return { ...tally(observations), observations };
  });
}

/** Adds the dwells of one developer. */
type AddDwells = (place: number, furthest: number, ended: number) => void;

function inOrder(dwells: readonly Times[], { times }: StepTimes, asOf: number): AddDwells {
  return (place, furthest, ended) => {
    let start = times[0]?.[place] ?? Number.NaN;
    for (let step = 1; step <= furthest; step += 1) {
      const reached = times[step]?.[place] ?? Number.NaN;
      dwells[step - 1]?.add(reached - start, EVENT);
      start = reached;
    }
    if (furthest < LAST) addWaiting(dwells[furthest], start, ended, asOf);
  };
}

function addWaiting(dwell: Times | undefined, start: number, ended: number, asOf: number): void {
  if (ended <= asOf) dwell?.add(Math.max(0, ended - start), CLOSED);
  else dwell?.add(asOf - start, WAITING);
}

function inAnyOrder(dwells: readonly Times[], known: StepTimes, asOf: number): AddDwells {
  const times = new Float64Array(STEPS.length);
  /** The first time at which somebody had got at least so far; infinite where they have not. */
  const first = new Float64Array(STEPS.length + 1);
  return (place, furthest, ended) => {
    first[furthest + 1] = Number.POSITIVE_INFINITY;
    for (let step = furthest; step >= 0; step -= 1) {
      const at = known.times[step]?.[place] ?? Number.NaN;
      const after = first[step + 1] ?? 0;
      times[step] = at <= asOf ? at : Number.NaN;
      first[step] = at < after && at <= asOf ? at : after;
    }
    for (let step = 1; step <= Math.min(furthest + 1, LAST); step += 1) {
      const reached = first[step] ?? 0;
      const start = latest(times, step, reached);
      if (Number.isNaN(start)) continue;
      if (reached <= asOf) dwells[step - 1]?.add(reached - start, EVENT);
      else addWaiting(dwells[step - 1], start, ended, asOf);
    }
  };
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
