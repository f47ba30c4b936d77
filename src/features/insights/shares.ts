/**
 * Shares and their differences, with limits that hold for small numbers and near 0 and 1.
 *
 * Wilson 1927; Newcombe 1998 (Statistics in Medicine 17:857 and 17:873, method 10). No continuity correction.
 */
import { Z } from './normal.ts';
import type { Band } from './survival.ts';

/** A share of at least one developer. */
export interface Share {
  share: number;
  band: Band;
}

/** The first share minus the second, in shares (0.05 is five percentage points). */
export interface Difference {
  difference: number;
  band: Band;
}

/** `k` of `n`. */
export interface Count {
  k: number;
  n: number;
}

/**
 * k / n with Wilson's 95 % limits: (k + z²/2 ± z √(k (n − k) / n + z²/4)) / (n + z²). Null for nobody.
 *
 * @throws RangeError unless k and n are whole numbers with 0 ≤ k ≤ n
 */
export function wilson({ k, n }: Count): Share | null {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || k > n)
    throw new RangeError(`Not ${k} of ${n}`);
  if (n === 0) return null;
  const centre = k + Z ** 2 / 2;
  const half = Z * Math.sqrt((k * (n - k)) / n + Z ** 2 / 4);
  const size = n + Z ** 2;
  // At the ends one limit is exactly 0 or 1, and rounding must not carry it outside.
  const lower = k === 0 ? 0 : (centre - half) / size;
  const upper = k === n ? 1 : (centre + half) / size;
  return { share: k / n, band: { lower, upper } };
}

/**
 * p₁ − p₂ with Newcombe's 95 % limits, of Wilson's; see {@link differenceOf}. Null when either is of nobody.
 *
 * @throws RangeError unless k and n are whole numbers with 0 ≤ k ≤ n
 */
export function newcombe(first: Count, second: Count): Difference | null {
  const [a, b] = [wilson(first), wilson(second)];
  return a && b && differenceOf(a, b);
}

/**
 * p₁ − p₂ of two estimates that know nothing of each other, the distances of both shares from their 95 % limits l and u
 * added as squares: lower = D − √((p₁ − l₁)² + (u₂ − p₂)²), upper = D + √((u₁ − p₁)² + (p₂ − l₂)²). Zou and Donner 2008
 * (Statistics in Medicine 27:1693), of which Newcombe's is the case of Wilson's limits.
 */
export function differenceOf(a: Share, b: Share): Difference {
  const difference = a.share - b.share;
  const lower = difference - Math.hypot(a.share - a.band.lower, b.band.upper - b.share);
  const upper = difference + Math.hypot(a.band.upper - a.share, b.share - b.band.lower);
  return { difference, band: { lower, upper } };
}
