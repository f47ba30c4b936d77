import { type FourFold, margins, type OddsRatio } from './association.ts';
import { chiSquareTail } from './chi-square.ts';
import { Z } from './normal.ts';

/** The odds ratio common to all strata, and the test that it is 1. */
export interface CommonOddsRatio extends OddsRatio {
  chiSquare: number;
  p: number;
}

/** Robins, Breslow and Greenland 1986: the variance of ln OR, from the sums over strata it is made of. */
function logVariance(tables: readonly FourFold[], concordant: number, discordant: number): number {
  let [pr, mixed, qs] = [0, 0, 0];
  for (const table of tables) {
    const { n } = margins(table);
    const [p, q] = [(table.tp + table.tn) / n, (table.fp + table.fn) / n];
    const [r, s] = [(table.tp * table.tn) / n, (table.fp * table.fn) / n];
    pr += p * r;
    mixed += p * s + q * r;
    qs += q * s;
  }
  return pr / (2 * concordant ** 2) + mixed / (2 * concordant * discordant) + qs / (2 * discordant ** 2);
}

/** Mantel and Haenszel 1959: (Σ (tp − E))² / Σ Var, hypergeometric in each stratum. */
function statistic(tables: readonly FourFold[]): number {
  let [difference, variance] = [0, 0];
  for (const table of tables) {
    const { did, didNot, outcome, without, n } = margins(table);
    difference += table.tp - (did * outcome) / n;
    if (n > 1) variance += ((did * outcome) / n) * ((didNot * without) / n / (n - 1));
  }
  return difference ** 2 / variance;
}

/**
 * OR = Σ (tp tn / n) / Σ (fp fn / n) over strata, with 95 % limits and the test without continuity correction: developers
 * are compared only with others of the same stratum. Strata of nobody are left out. Null where no stratum compares
 * anything, or the ratio would be 0 or infinite.
 *
 * @throws RangeError for a cell that is not a whole number of developers
 */
export function mantelHaenszel(strata: readonly FourFold[]): CommonOddsRatio | null {
  const tables = strata.filter((table) => margins(table).n > 0);
  const sum = (each: (table: FourFold) => number) =>
    tables.reduce((total, table) => total + each(table) / margins(table).n, 0);
  const concordant = sum(({ tp, tn }) => tp * tn);
  const discordant = sum(({ fp, fn }) => fp * fn);
  if (concordant === 0 || discordant === 0) return null;
  const oddsRatio = concordant / discordant;
  const factor = Math.exp(Z * Math.sqrt(logVariance(tables, concordant, discordant)));
  const chiSquare = statistic(tables);
  const band = { lower: oddsRatio / factor, upper: oddsRatio * factor };
  return { oddsRatio, band, chiSquare, p: chiSquareTail(chiSquare, 1) };
}
