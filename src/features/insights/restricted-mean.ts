/**
 * How long developers wait within a horizon, compared. It says something also where curves cross, and a log-rank test
 * sees little.
 */
import { Z } from './normal.ts';
import type { Difference } from './shares.ts';
import { restrictedMean, type SurvivalCurve } from './survival.ts';

/**
 * Var of ∫ S from 0 to `horizon`: Σ over t_j < horizon of (∫ S from t_j to horizon)² d_j / (n_j (n_j − d_j)); Klein and
 * Moeschberger 2003, section 4.5. Once nobody is left there is nothing more to integrate, and the term is 0.
 */
function varianceOfMean(curve: SurvivalCurve, horizon: number): number {
  let area = 0;
  let until = horizon;
  let variance = 0;
  for (const { time, atRisk, events, survival } of curve.points.toReversed()) {
    if (time >= horizon) continue;
    area += survival * (until - time);
    until = time;
    if (atRisk > events) variance += (area ** 2 * events) / (atRisk * (atRisk - events));
  }
  return variance;
}

/**
 * The first restricted mean minus the second, in the unit of the times, ± z standard errors. Null when nobody of either
 * was observed for so long.
 */
export function differenceOfMeans(a: SurvivalCurve, b: SurvivalCurve, horizon: number): Difference | null {
  const [first, second] = [restrictedMean(a, horizon), restrictedMean(b, horizon)];
  if (first === null || second === null) return null;
  const half = Z * Math.sqrt(varianceOfMean(a, horizon) + varianceOfMean(b, horizon));
  const difference = first - second;
  return { difference, band: { lower: difference - half, upper: difference + half } };
}
