import { DAY_MS } from '../../day.ts';
import type { Step } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import type { CompetingObservation } from './competing-risks.ts';
import type { Observation } from './survival.ts';

/** From where a clock runs to what stops it. */
export interface Clock {
  from: 't0' | Step;
  to: Step;
}

/** How long developers took, or have been waiting. Milliseconds. */
export interface WaitingTimes {
  /** How many developers. */
  n: number;
  events: number;
  /** Who went before it happened, and counts as neither. */
  closed: number;
  /** Reached before the clock began; they count as 0. */
  negative: number;
  observations: CompetingObservation[];
}

/** Up to so many developers each is told apart; more are told together by how long they took, to within 1 %. */
export const EXACT_UP_TO = 20_000;
/** The cause of an observation that got there. */
export const REACHED = 'event';
/** Indexes of CAUSES. */
export const WAITING = 0;
export const EVENT = 1;
export const CLOSED = 2;
const CAUSES = [null, REACHED, 'closed'] as const;
type Kind = typeof WAITING | typeof EVENT | typeof CLOSED;

/** Times that are asked about by name stay exact. */
const EDGES_MS = [
  3_600_000,
  DAY_MS,
  2 * DAY_MS,
  3 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  21 * DAY_MS,
  90 * DAY_MS,
];

/**
 * How long each took from `from` to `to`, those who have not got there counted as waiting until `asOf`. Who never got to
 * `from` is left out; what happened after `asOf` has not happened. O(developers), without sorting.
 */
export function waitingTimes(
  columns: JourneyColumns,
  places: Uint32Array,
  { from, to }: Clock,
  asOf: number,
): WaitingTimes {
  const begin = from === 't0' ? columns.t0 : columns.steps[from];
  const end = columns.steps[to];
  const { ended } = columns;
  const times = collectTimes(places.length);
  let negative = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const start = begin[place] ?? Number.NaN;
    if (!(start <= asOf)) continue;
    const reached = end[place] ?? Number.NaN;
    const left = ended[place] ?? Number.NaN;
    if (reached <= asOf) {
      if (reached < start) negative += 1;
      times.add(Math.max(0, reached - start), EVENT);
    } else if (left <= asOf) times.add(Math.max(0, left - start), CLOSED);
    else times.add(asOf - start, WAITING);
  }
  const observations = times.list();
  return { ...tally(observations), negative, observations };
}

/** How many there are in all, how many of them got there, and how many went. */
export function tally(
  observations: readonly CompetingObservation[],
): Pick<WaitingTimes, 'n' | 'events' | 'closed'> {
  const found = { n: 0, events: 0, closed: 0 };
  for (const { cause, count = 1 } of observations) {
    found.n += count;
    if (cause === REACHED) found.events += count;
    else if (cause !== null) found.closed += count;
  }
  return found;
}

/** For tests of speed and for medians: who went is somebody of whom no more is known. */
export function censored({ observations }: Pick<WaitingTimes, 'observations'>): Observation[] {
  return observations.map(({ cause, ...watched }) => ({ ...watched, event: cause === REACHED }));
}

export interface Times {
  add(time: number, kind: Kind): void;
  list(): CompetingObservation[];
}

/** Where the times of so many developers are put. */
export function collectTimes(developers: number): Times {
  return developers > EXACT_UP_TO ? new Histogram() : new List();
}

class List implements Times {
  readonly #all: CompetingObservation[] = [];

  add(time: number, kind: Kind): void {
    this.#all.push({ time, cause: CAUSES[kind] });
  }

  list(): CompetingObservation[] {
    return this.#all;
  }
}

/**
 * The upper half of a 32-bit float: sign, exponent and seven bits of the fraction, so 128 buckets for each doubling.
 * Positive floats are in the order of their bits. The first bucket holds whatever is shorter than a millisecond, the last
 * one whatever is longer than 34 years.
 */
const SHIFT = 16;
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function upperHalf(time: number): number {
  float[0] = time;
  return (bits[0] ?? 0) >>> SHIFT;
}

const FIRST = upperHalf(1) - 1;
const BUCKETS = upperHalf(2 ** 40) - FIRST;

function bucketOf(time: number): number {
  const bucket = upperHalf(time) - FIRST;
  return bucket < 0 ? 0 : bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/** The latest time in a bucket. */
function lastOf(bucket: number): number {
  bits[0] = ((bucket + FIRST + 1) << SHIFT) - 1;
  return Math.floor(float[0] ?? 0);
}

/** A bucket that holds an edge is two: up to the edge, and after it. */
const EDGE_OF = new Float64Array(BUCKETS).fill(Number.NEGATIVE_INFINITY);
for (const edge of EDGES_MS) EDGE_OF[bucketOf(edge)] = edge;

/** A class, because its method is called millions of times, and a closure takes an eighth longer. */
class Histogram implements Times {
  /** Of each kind first the buckets, then the halves of buckets up to an edge. */
  readonly #counts = new Uint32Array(CAUSES.length * 2 * BUCKETS);

  add(time: number, kind: Kind): void {
    const bucket = bucketOf(time);
    const half = time <= (EDGE_OF[bucket] ?? 0) ? BUCKETS : 0;
    const at = kind * 2 * BUCKETS + half + bucket;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  list(): CompetingObservation[] {
    const all: CompetingObservation[] = [];
    for (let at = 0; at < this.#counts.length; at += 1) {
      const count = this.#counts[at] ?? 0;
      if (count === 0) continue;
      const bucket = at % BUCKETS;
      const isHalf = at % (2 * BUCKETS) >= BUCKETS;
      const time = isHalf ? (EDGE_OF[bucket] ?? 0) : lastOf(bucket);
      all.push({ time, cause: CAUSES[Math.floor(at / (2 * BUCKETS))] ?? null, count });
    }
    return all;
  }
}
