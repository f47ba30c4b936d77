import { Z } from './normal.ts';

/** Standard normal quantiles of common powers. */
const POWERS = { 0.8: 0.8416212335729143, 0.9: 1.2815515655446004 } as const;
export type Power = keyof typeof POWERS;

/**
 * Developers in each of two equal groups that it takes to notice that a share is `p2` and not `p1`, with a two-sided test
 * at 5 %: n = (z √(2 p̄ q̄) + z_power √(p1 q1 + p2 q2))² / (p1 − p2)². As R's power.prop.test; not rounded. Infinite where
 * there is nothing to notice.
 *
 * @throws RangeError for what is no share
 */
export function sampleSize(p1: number, p2: number, power: Power = 0.8): number {
  for (const p of [p1, p2]) if (!(p >= 0 && p <= 1)) throw new RangeError(`Not a share: ${p}`);
  const mean = (p1 + p2) / 2;
  const same = Math.sqrt(2 * mean * (1 - mean));
  const apart = Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  return p1 === p2 ? Number.POSITIVE_INFINITY : ((Z * same + POWERS[power] * apart) / (p1 - p2)) ** 2;
}
