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
const EVENT = 'event';
const CLOSED = 'closed';

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
  const times = places.length > EXACT_UP_TO ? createHistogram() : createList();
  const counts = { n: 0, events: 0, closed: 0, negative: 0 };
  for (const place of places) {
    const start = begin[place] ?? Number.NaN;
    if (!(start <= asOf)) continue;
    counts.n += 1;
    const reached = end[place] ?? Number.NaN;
    const ended = columns.ended[place] ?? Number.NaN;
    if (reached <= asOf) {
      counts.events += 1;
      if (reached < start) counts.negative += 1;
      times.add(Math.max(0, reached - start), EVENT);
    } else if (ended <= asOf) {
      counts.closed += 1;
      times.add(Math.max(0, ended - start), CLOSED);
    } else times.add(asOf - start, null);
  }
  return { ...counts, observations: times.list() };
}

/** For tests of speed and for medians: who went is somebody of whom no more is known. */
export function censored({ observations }: WaitingTimes): Observation[] {
  return observations.map(({ cause, ...watched }) => ({ ...watched, event: cause === EVENT }));
}

interface Times {
  add(time: number, cause: string | null): void;
  list(): CompetingObservation[];
}

function createList(): Times {
  const all: CompetingObservation[] = [];
  return { add: (time, cause) => void all.push({ time, cause }), list: () => all };
}

/**
 * The upper half of a 32-bit float: sign, exponent and seven bits of the fraction, so 128 buckets for each doubling.
 * Positive floats are in the order of their bits.
 */
const SHIFT = 16;
const BUCKETS = 1 << (31 - SHIFT);
const CAUSES = [null, EVENT, CLOSED] as const;

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
  const upper = CAUSES.map(() => new Uint32Array(BUCKETS));
  const lower = CAUSES.map(() => new Uint32Array(BUCKETS));
  return {
    add(time, cause) {
      const bucket = bucketOf(time);
      const half = HAS_EDGE[bucket] === 1 && time <= (EDGE_OF.get(bucket) ?? 0) ? lower : upper;
      const counts = half[cause === null ? 0 : cause === EVENT ? 1 : 2] as Uint32Array;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    },
    list() {
      const all: CompetingObservation[] = [];
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        for (const [which, cause] of CAUSES.entries()) {
          const [below, above] = [lower[which]?.[bucket] ?? 0, upper[which]?.[bucket] ?? 0];
          if (below > 0) all.push({ time: EDGE_OF.get(bucket) ?? 0, cause, count: below });
          if (above > 0) all.push({ time: lastOf(bucket), cause, count: above });
        }
      }
      return all;
    },
  };
}
