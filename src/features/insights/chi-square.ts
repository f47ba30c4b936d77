import { erfc } from './normal.ts';

/**
 * P(X ≥ x) of a χ² variable: Q(x; k + 2) = Q(x; k) + (x/2)^(k/2) e^(−x/2) / Γ(k/2 + 1), from Q(x; 1) = erfc √(x/2) or
 * Q(x; 2) = e^(−x/2). Abramowitz and Stegun 26.4.4–5; only whole degrees of freedom occur here, so the sum is finite.
 *
 * @throws RangeError for a negative statistic, or degrees of freedom that are not a positive whole number
 */
export function chiSquareTail(x: number, df: number): number {
  if (!(x >= 0)) throw new RangeError(`Not a χ² statistic: ${x}`);
  if (!Number.isInteger(df) || df < 1) throw new RangeError(`Not degrees of freedom: ${df}`);
  const half = x / 2;
  if (half === Number.POSITIVE_INFINITY) return 0;
  const odd = df % 2 === 1;
  let tail = odd ? erfc(Math.sqrt(half)) : Math.exp(-half);
  // (x/2)^(k/2) e^(−x/2) / Γ(k/2 + 1) for k = 1 or 2, and then by its recurrence in k.
  let term = odd ? 2 * Math.sqrt(half / Math.PI) * Math.exp(-half) : half * Math.exp(-half);
  for (let k = odd ? 1 : 2; k < df; k += 2) {
    tail += term;
    term *= half / (k / 2 + 1);
  }
  return Math.min(1, tail);
}
