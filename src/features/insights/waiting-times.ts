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
  const times = collectTimes(places.length);
  const counts = [0, 0, 0];
  let negative = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const start = begin[place] ?? Number.NaN;
    if (!(start <= asOf)) continue;
    const reached = end[place] ?? Number.NaN;
    const ended = columns.ended[place] ?? Number.NaN;
    const kind = reached <= asOf ? EVENT : ended <= asOf ? CLOSED : WAITING;
    const time = (kind === EVENT ? reached : kind === CLOSED ? ended : asOf) - start;
    if (time < 0) negative += kind === EVENT ? 1 : 0;
    counts[kind] = (counts[kind] ?? 0) + 1;
    times.add(Math.max(0, time), kind);
  }
  const [waiting = 0, events = 0, closed = 0] = counts;
  return { n: waiting + events + closed, events, closed, negative, observations: times.list() };
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
  return developers > EXACT_UP_TO ? createHistogram() : createList();
}

function createList(): Times {
  const all: CompetingObservation[] = [];
  return {
    add(time, kind) {
      all.push({ time, cause: CAUSES[kind] });
    },
    list: () => all,
  };
}

/**
 * The upper half of a 32-bit float: sign, exponent and seven bits of the fraction, so 128 buckets for each doubling.
 * Positive floats are in the order of their bits.
 */
const SHIFT = 16;
const BUCKETS = 1 << (31 - SHIFT);

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function bucketOf(time: number): number {
  float[0] = time;
  return (bits[0] ?? 0) >>> SHIFT;
}

/** The latest time in a bucket. */
function lastOf(bucket: number): number {
  bits[0] = ((bucket + 1) << SHIFT) - 1;
  return Math.floor(float[0] ?? 0);
}

/** A bucket that holds an edge is two: up to the edge, and after it. */
const EDGE_OF = new Map(EDGES_MS.map((edge) => [bucketOf(edge), edge]));
const HAS_EDGE = new Uint8Array(BUCKETS);
for (const bucket of EDGE_OF.keys()) HAS_EDGE[bucket] = 1;

function createHistogram(): Times {
  // Of each kind first the buckets, then the halves of buckets up to an edge.
  const counts = new Uint32Array(CAUSES.length * 2 * BUCKETS);
  return {
    add(time, kind) {
      const bucket = bucketOf(time);
      const half = HAS_EDGE[bucket] === 1 && time <= (EDGE_OF.get(bucket) ?? 0) ? BUCKETS : 0;
      const at = kind * 2 * BUCKETS + half + bucket;
      counts[at] = (counts[at] ?? 0) + 1;
    },
    list() {
      const all: CompetingObservation[] = [];
      for (let at = 0; at < counts.length; at += 1) {
        const count = counts[at] ?? 0;
        if (count === 0) continue;
        const bucket = at % BUCKETS;
        const isHalf = at % (2 * BUCKETS) >= BUCKETS;
        const time = isHalf ? (EDGE_OF.get(bucket) ?? 0) : lastOf(bucket);
        all.push({ time, cause: CAUSES[Math.floor(at / (2 * BUCKETS))] ?? null, count });
      }
      return all;
    },
  };
}
