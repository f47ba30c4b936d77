import { type FourFold, hasEmptyMargin, margins } from './association.ts';

/** Tables as likely as the one seen differ from it by rounding; R allows the same. */
const SLACK = 1e-7;

/**
 * Fisher's exact test, two-sided: the probability, margins given, of all tables that are at most as likely as the one seen
 * (R's fisher.test). Null where a margin is empty.
 *
 * P(tp = x) is built from the most likely table outwards by P(x + 1) / P(x) = (did − x)(outcome − x) /
 * ((x + 1)(x + 1 + n − did − outcome)): no factorial is needed, and what underflows is too small to count.
 */
export function fisherExact(table: FourFold): number | null {
  if (hasEmptyMargin(table)) return null;
  const { did, outcome, n } = margins(table);
  const [lowest, highest] = [Math.max(0, did + outcome - n), Math.min(did, outcome)];
  const mode = Math.floor(((did + 1) * (outcome + 1)) / (n + 2));
  const ratio = (x: number) => ((did - x) * (outcome - x)) / ((x + 1) * (x + 1 + n - did - outcome));
  const weights = new Map([[mode, 1]]);
  for (let x = mode, weight = 1; x < highest && weight > 0; x += 1) {
    weight *= ratio(x);
    weights.set(x + 1, weight);
  }
  for (let x = mode, weight = 1; x > lowest && weight > 0; x -= 1) {
    weight /= ratio(x - 1);
    weights.set(x - 1, weight);
  }
  const seen = (weights.get(table.tp) ?? 0) * (1 + SLACK);
  let total = 0;
  let extreme = 0;
  for (const weight of weights.values()) {
    total += weight;
    if (weight <= seen) extreme += weight;
  }
  return extreme / total;
}
