/**
 * How an early action and a later outcome go together in one group of developers. Association, not cause.
 *
 * Odds ratio with limits by Woolf 1955, the half added by Haldane 1956 and Anscombe 1956; φ with limits by Fisher's z.
 */
import { chiSquareTail } from './chi-square.ts';
import { Z } from './normal.ts';
import type { Band } from './survival.ts';

/** The four-fold table, the action read as a forecast of the outcome. */
export interface FourFold {
  /** Did it, and had the outcome. */
  tp: number;
  /** Did it, without the outcome. */
  fp: number;
  /** Did not, and had the outcome. */
  fn: number;
  /** Did not, without the outcome. */
  tn: number;
}

/** All null where they would divide by nobody. */
export interface Rates {
  /** P(did). */
  reach: number | null;
  /** P(outcome). */
  baseRate: number | null;
  /** P(outcome | did), positive predictive value. */
  ppv: number | null;
  /** P(no outcome | did not), negative predictive value. */
  npv: number | null;
  /** P(did | outcome), sensitivity. */
  recall: number | null;
  /** P(did not | no outcome). */
  specificity: number | null;
  /** P(did | no outcome). */
  fallout: number | null;
  /** P(outcome | did) / P(outcome). */
  lift: number | null;
  /** P(outcome | did) / P(outcome | did not). */
  relativeRisk: number | null;
}

/** An odds ratio with its 95 % limits. */
export interface OddsRatio {
  oddsRatio: number;
  band: Band;
}

const over = (part: number | null, whole: number | null) =>
  part === null || whole === null || whole === 0 ? null : part / whole;

/**
 * Sums of a table's rows, columns, and all of it.
 *
 * @throws RangeError for a cell that is not a whole number of developers
 */
export function margins({ tp, fp, fn, tn }: FourFold) {
  for (const cell of [tp, fp, fn, tn]) {
    if (!Number.isSafeInteger(cell) || cell < 0) throw new RangeError(`Not a number of developers: ${cell}`);
  }
  return { did: tp + fp, didNot: fn + tn, outcome: tp + fn, without: fp + tn, n: tp + fp + fn + tn };
}

/** Everybody did, nobody did, everybody had the outcome or nobody had: nothing can be compared. */
export function hasEmptyMargin(table: FourFold): boolean {
  const { did, didNot, outcome, without } = margins(table);
  return [did, didNot, outcome, without].includes(0);
}

export function rates(table: FourFold): Rates {
  const { did, didNot, outcome, without, n } = margins(table);
  const ppv = over(table.tp, did);
  const baseRate = over(outcome, n);
  return {
    reach: over(did, n),
    baseRate,
    ppv,
    npv: over(table.tn, didNot),
    recall: over(table.tp, outcome),
    specificity: over(table.tn, without),
    fallout: over(table.fp, without),
    lift: over(ppv, baseRate),
    relativeRisk: over(ppv, over(table.fn, didNot)),
  };
}

/**
 * tp tn / (fp fn), with limits exp(ln OR ± z √(1/tp + 1/fp + 1/fn + 1/tn)). Null where a margin is empty.
 *
 * @param added to every cell first; unless given, one half if a cell is 0, and else nothing
 */
export function oddsRatio(table: FourFold, added?: number): OddsRatio | null {
  if (hasEmptyMargin(table)) return null;
  const cells = [table.tp, table.fp, table.fn, table.tn];
  const plus = added ?? (cells.includes(0) ? 0.5 : 0);
  const [tp = 0, fp = 0, fn = 0, tn = 0] = cells.map((cell) => cell + plus);
  if (tp * fp * fn * tn === 0) throw new RangeError('An empty cell needs something added to it');
  const ratio = (tp * tn) / (fp * fn);
  const factor = Math.exp(Z * Math.sqrt(1 / tp + 1 / fp + 1 / fn + 1 / tn));
  return { oddsRatio: ratio, band: { lower: ratio / factor, upper: ratio * factor } };
}

/**
 * φ = (tp tn − fp fn) / √(product of the margins), with limits tanh(atanh φ ± z / √(n − 3)). Null where a margin is empty;
 * without a band where all developers agree (φ = ±1), or there are fewer than four.
 */
export function phi(table: FourFold): { phi: number; band: Band | null } | null {
  if (hasEmptyMargin(table)) return null;
  const { did, didNot, outcome, without, n } = margins(table);
  const { tp, fp, fn, tn } = table;
  // Root by root: the product of four large margins would lose its digits.
  const scale = Math.sqrt(did) * Math.sqrt(didNot) * Math.sqrt(outcome) * Math.sqrt(without);
  if (fp + fn === 0) return { phi: 1, band: null };
  if (tp + tn === 0) return { phi: -1, band: null };
  const value = (tp * tn - fp * fn) / scale;
  if (n <= 3) return { phi: value, band: null };
  const [centre, half] = [Math.atanh(value), Z / Math.sqrt(n - 3)];
  return { phi: value, band: { lower: Math.tanh(centre - half), upper: Math.tanh(centre + half) } };
}

/** Pearson's χ² = n φ², without continuity correction. Null where a margin is empty. */
export function pearson(table: FourFold): { chiSquare: number; p: number } | null {
  const coefficient = phi(table);
  if (!coefficient) return null;
  const chiSquare = margins(table).n * coefficient.phi ** 2;
  return { chiSquare, p: chiSquareTail(chiSquare, 1) };
}

/** Σ p(x, y) log₂ (p(x, y) / (p(x) p(y))), in bits: what knowing the action tells about the outcome. Null for nobody. */
export function mutualInformation(table: FourFold): number | null {
  const { did, didNot, outcome, without, n } = margins(table);
  if (n === 0) return null;
  const term = (cell: number, row: number, column: number) =>
    cell === 0 ? 0 : (cell / n) * Math.log2((cell / row) * (n / column));
  const { tp, fp, fn, tn } = table;
  const bits =
    term(tp, did, outcome) + term(fp, did, without) + term(fn, didNot, outcome) + term(tn, didNot, without);
  return Math.max(0, bits);
}
