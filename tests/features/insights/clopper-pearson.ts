import type { Count } from '../../../src/features/insights/shares.ts';
import type { Band } from '../../../src/features/insights/survival.ts';

const TAIL = 0.025;

/**
 * The exact 95 % limits of k / n: the shares at which k or more, and k or fewer, of n have a chance of 2.5 %. Clopper and
 * Pearson 1934 (Biometrika 26:404). O(n), for tests.
 */
export function clopperPearson({ k, n }: Count): Band {
  const chances = logCombinations(n);
  const lower = k === 0 ? 0 : shareAt((p) => tail(chances, p, k, n) < TAIL);
  const upper = k === n ? 1 : shareAt((p) => tail(chances, p, 0, k) > TAIL);
  return { lower, upper };
}

/** The share up to which something holds. */
function shareAt(holds: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let halvings = 0; halvings < 60; halvings += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The chance that from `least` to `most` of n happen, each with the chance p. */
function tail(chances: readonly number[], p: number, least: number, most: number): number {
  const n = chances.length - 1;
  let sum = 0;
  for (let x = least; x <= most; x += 1)
    sum += Math.exp((chances[x] ?? 0) + x * Math.log(p) + (n - x) * Math.log1p(-p));
  return sum;
}

/** log (n over x) for every x. */
function logCombinations(n: number): number[] {
  const factorials = [0];
  for (let x = 1; x <= n; x += 1) factorials.push((factorials[x - 1] ?? 0) + Math.log(x));
  const of = (x: number) => factorials[x] ?? 0;
  return factorials.map((_, x) => of(n) - of(x) - of(n - x));
}
