/**
 * Whether developers of several segments are equally fast, with those who are still waiting counted.
 *
 * Mantel 1966, Peto and Peto 1972; several groups and strata as in Kalbfleisch and Prentice 2002, section 1.4, and R's
 * survdiff. The weighted variants are Gehan 1965, Tarone and Ware 1977, and Peto and Peto 1972.
 */
import { chiSquareTail } from './chi-square.ts';
import { riskSet } from './risk-set.ts';
import type { Observation } from './survival.ts';

/** What an event counts for: all the same, or more while many are still at risk. */
export type LogRankWeight = 'log-rank' | 'gehan-wilcoxon' | 'tarone-ware' | 'peto';

export interface LogRankResult {
  /** Events of each group, and how many there would be if all were equally fast. Unweighted sums, in the order given. */
  observed: number[];
  expected: number[];
  chiSquare: number;
  df: number;
  p: number;
}

/** Sums over event times: the weighted observed − expected of each group, and its covariance matrix. */
interface Score {
  observed: number[];
  expected: number[];
  difference: number[];
  covariance: number[][];
}

/** Below, what is left of a variance after elimination is rounding: the group depends on the others. */
const RANK_TOLERANCE = 1e-9;

/** Peto's weight is the survival of all groups with d / (n + 1), just after t. */
function weigh(kind: LogRankWeight, atRisk: number, petoSurvival: number): number {
  const weights = {
    'log-rank': 1,
    'gehan-wilcoxon': atRisk,
    'tarone-ware': Math.sqrt(atRisk),
    peto: petoSurvival,
  };
  return weights[kind];
}

function emptyScore(size: number): Score {
  const zeros = () => new Array<number>(size).fill(0);
  return { observed: zeros(), expected: zeros(), difference: zeros(), covariance: zeros().map(zeros) };
}

function addTo(target: number[], index: number, value: number) {
  target[index] = (target[index] ?? 0) + value;
}

/** One event time: d events among the n at risk, hypergeometric if all groups are equally fast. */
function addEventTime(score: Score, atRisk: readonly number[], events: readonly number[], weight: number) {
  const n = atRisk.reduce((sum, each) => sum + each, 0);
  const d = events.reduce((sum, each) => sum + each, 0);
  const spread = n > 1 ? (weight ** 2 * d * (n - d)) / (n - 1) : 0;
  for (const [i, own] of atRisk.entries()) {
    const expected = (d * own) / n;
    addTo(score.observed, i, events[i] ?? 0);
    addTo(score.expected, i, expected);
    addTo(score.difference, i, weight * ((events[i] ?? 0) - expected));
    for (const [j, other] of atRisk.entries()) {
      const row = score.covariance[i];
      if (row) addTo(row, j, spread * (own / n) * ((i === j ? 1 : 0) - other / n));
    }
  }
}

function countEvents(group: readonly Observation[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { time, event, count = 1 } of group)
    if (event) counts.set(time, (counts.get(time) ?? 0) + count);
  return counts;
}

function addStratum(score: Score, groups: readonly (readonly Observation[])[], kind: LogRankWeight) {
  const sets = groups.map(riskSet);
  const counts = groups.map(countEvents);
  const times = [...new Set(counts.flatMap((count) => [...count.keys()]))].sort((a, b) => a - b);
  let petoSurvival = 1;
  for (const time of times) {
    const atRisk = sets.map((at) => at(time));
    const events = counts.map((count) => count.get(time) ?? 0);
    const n = atRisk.reduce((sum, each) => sum + each, 0);
    petoSurvival *= 1 - events.reduce((sum, each) => sum + each, 0) / (n + 1);
    addEventTime(score, atRisk, events, weigh(kind, n, petoSurvival));
  }
}

/**
 * U′ V⁻ U and the rank of V, by symmetric elimination with pivots. The rank is one less than the groups, and less still
 * where groups were never at risk together.
 */
function quadraticForm(vector: readonly number[], matrix: readonly (readonly number[])[]) {
  const u = [...vector];
  const v = matrix.map((row) => [...row]);
  const left = new Set(u.keys());
  const share = (i: number) => (v[i]?.[i] ?? 0) / (matrix[i]?.[i] || 1);
  let value = 0;
  let rank = 0;
  for (;;) {
    const pivot = [...left].reduce((best, i) => (share(i) > share(best) ? i : best), [...left][0] ?? 0);
    const row = v[pivot];
    if (!left.delete(pivot) || !row || share(pivot) <= RANK_TOLERANCE) return { value, rank };
    const size = row[pivot] ?? 0;
    const score = u[pivot] ?? 0;
    value += score ** 2 / size;
    rank += 1;
    for (const i of left) {
      const factor = (v[i]?.[pivot] ?? 0) / size;
      addTo(u, i, -factor * score);
      for (const j of left) addTo(v[i] ?? [], j, -factor * (row[j] ?? 0));
    }
  }
}

/**
 * The log-rank test within strata: observed − expected and its variance are summed over them, so that a segment is
 * compared only with others of the same stratum. χ² = U′ V⁻ U with U = Σ w (d_i − d n_i / n) and V the sum of the
 * hypergeometric covariances. Null when no two groups were ever compared.
 *
 * @param strata for each stratum the same groups in the same order; a group may be empty
 * @throws RangeError for strata of different numbers of groups, or times that are no durations
 */
export function stratifiedLogRank(
  strata: readonly (readonly (readonly Observation[])[])[],
  weight: LogRankWeight = 'log-rank',
): LogRankResult | null {
  const size = strata[0]?.length ?? 0;
  if (strata.some((groups) => groups.length !== size)) throw new RangeError('Strata of different groups');
  const score = emptyScore(size);
  for (const groups of strata) addStratum(score, groups, weight);
  const { value, rank } = quadraticForm(score.difference, score.covariance);
  if (rank === 0) return null;
  const { observed, expected } = score;
  return { observed, expected, chiSquare: value, df: rank, p: chiSquareTail(value, rank) };
}

/** The log-rank test of k groups, with k − 1 degrees of freedom; see {@link stratifiedLogRank}. */
export const logRank = (
  groups: readonly (readonly Observation[])[],
  weight: LogRankWeight = 'log-rank',
): LogRankResult | null => stratifiedLogRank([groups], weight);
