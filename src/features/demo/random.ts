/**
 * Random numbers that are the same for the same seed on every machine: 32-bit integer arithmetic, and `Math.log`, `exp`
 * and `cos` as V8 brings them along (a port of fdlibm). `Math.random` is used nowhere in this folder.
 */

/** A stream of numbers in [0, 1). */
export type Stream = () => number;

const TWO_32 = 4_294_967_296;

/** mulberry32 by Tommy Ettinger (public domain): 2³² states, enough for the few hundred draws of one developer. */
export function mulberry32(seed: number): Stream {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / TWO_32;
  };
}

/** The 32-bit finalizer of MurmurHash3 (Austin Appleby, public domain): every bit in changes about half of those out. */
function scramble(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The seed of a stream within a stream. Developer 7 of a seed is the same developer whoever else is simulated, in whatever
 * order; and how many draws one purpose takes shifts nothing for another.
 */
export function mix(seed: number, index: number): number {
  return scramble(scramble(seed ^ 0x9e3779b9) ^ Math.imul(index + 1, 0x85ebca77));
}

/** Standard normal, by Box and Muller 1958. Always takes two numbers. */
export function normal(next: Stream): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return radius * Math.cos(2 * Math.PI * next());
}

/** Mean 1. Takes one number. */
export const exponential = (next: Stream): number => -Math.log(1 - next());

/** True with probability `p`. Takes one number, also where the answer is certain. */
export const chance = (next: Stream, p: number): boolean => next() < p;

/** A whole number from `from` to `to`, both inclusive. Takes one number. */
export const between = (next: Stream, from: number, to: number): number =>
  from + Math.floor(next() * (to - from + 1));

/** Beyond, what is left of the probability is rounding. */
const MOST = 1_000;

/** Inversion: the smallest k whose cumulative probability exceeds a number. Takes one, so streams stay in step. */
function invert(next: Stream, first: number, ratio: (k: number) => number): number {
  const u = next();
  let term = first;
  let sum = first;
  let k = 0;
  while (u >= sum && k < MOST) {
    term *= ratio(k);
    sum += term;
    k += 1;
  }
  return k;
}

/** Meant for means below 100: e^(−mean) must not underflow. */
export const poisson = (next: Stream, mean: number): number =>
  invert(next, Math.exp(-mean), (k) => mean / (k + 1));

/**
 * Counts that vary more than a Poisson's: a Poisson whose mean is gamma distributed, with variance mean + mean² / size.
 * P(k + 1) / P(k) = (k + size) / (k + 1) · mean / (mean + size).
 */
export function negativeBinomial(next: Stream, mean: number, size: number): number {
  const share = mean / (mean + size);
  return invert(next, (1 - share) ** size, (k) => ((k + size) / (k + 1)) * share);
}

/** The first entry whose cumulative weight exceeds a number. Weights need not sum to 1. Takes one number. */
export function pick<T>(next: Stream, entries: readonly { value: T; weight: number }[]): T {
  const total = entries.reduce((sum, { weight }) => sum + weight, 0);
  let left = next() * total;
  for (const { value, weight } of entries) {
    left -= weight;
    if (left < 0) return value;
  }
  const last = entries.at(-1);
  if (!last) throw new RangeError('Nothing to pick from');
  return last.value;
}
