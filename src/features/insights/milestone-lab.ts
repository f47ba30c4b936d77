/**
 * Which early action goes with staying: a search that does not believe its own best find.
 *
 * A grid of candidates is tested on the older two thirds of developers with the false discovery rate held (Benjamini and
 * Hochberg 1995), and what is found has to hold again on the newest third, because the best of a grid looks better than
 * it is. Everything here is association, not cause.
 */
import {
  type FourFold,
  hasEmptyMargin,
  margins,
  type OddsRatio,
  oddsRatio,
  pearson,
  phi,
  rates,
} from './association.ts';
import { fisherExact } from './fisher-exact.ts';
import {
  bySimplicity,
  type Candidate,
  candidatesOf,
  type DailyActions,
  fourFoldOf,
} from './lab-candidates.ts';
import { adjustedOddsRatio } from './lab-strata.ts';
import type { CommonOddsRatio } from './mantel-haenszel.ts';
import { benjaminiHochberg } from './multiple-comparisons.ts';
import { type Difference, newcombe } from './shares.ts';
import type { Band } from './survival.ts';

/** One developer who was still there on day 7 and has been watched to the end of day 97. */
export interface LabRow {
  /** t0, milliseconds since 1970. */
  anchor: number;
  /** What else may explain both, such as channel, occupation and goal; the same names for everybody. */
  strata: Readonly<Record<string, string>>;
  /** What was done within the first seven days. */
  actions: DailyActions;
  /** An own-key success on days 84 to 97. */
  retained: boolean;
}

/** How an action and staying go together in one group. Shares, not percentages. */
export interface Evidence {
  table: FourFold;
  /** P(did). */
  reach: number;
  /** P(retained | did) − P(retained | did not). */
  riskDifference: Difference;
  oddsRatio: OddsRatio;
  phi: number;
  phiBand: Band | null;
  /** χ², or Fisher's where fewer than 5 are expected in a cell. */
  p: number;
}

export interface Finding {
  candidate: Candidate;
  discovery: Evidence;
  /** p of the discovery, adjusted for the whole grid. */
  q: number;
  /** Null where the newest third has nobody to compare. */
  validation: Evidence | null;
  /** What keeps it from being called validated; empty: nothing. */
  missing: Missing[];
}

export type Missing =
  | 'false discovery rate'
  | 'developers'
  | 'retained developers'
  | 'difference'
  | 'phi'
  | 'reach';

/** Both odds ratios of everybody, side by side: where they differ, strata explain a part. */
export interface Compared {
  crude: OddsRatio;
  adjusted: CommonOddsRatio | null;
}

export interface LabReport {
  n: number;
  retained: number;
  /** False: fewer than 50 stayed or fewer than 50 left, and nothing below says anything. */
  enough: boolean;
  /** All candidates that could be tested, from the simplest on. */
  findings: Finding[];
  /** The simplest of those about as good as the best; null where nothing was discovered. */
  pick: (Finding & Compared & { verdict: 'validated' | 'proxy' }) | null;
}

const FALSE_DISCOVERIES = 0.1;
const DISCOVERY_SHARE = 2 / 3;
const FEWEST = 50;
/** What has to hold on the newest third. */
const ACCEPTED = { developers: 200, retained: 50, difference: 0.05, phi: 0.2, reach: [0.1, 0.8] } as const;
const FEWEST_EXPECTED = 5;

/**
 * Looks through the grid of every action that occurs.
 *
 * @param rows in any order; who left within the first week or is watched for less than 98 days is not among them
 */
export function searchMilestones(rows: readonly LabRow[]): LabReport {
  const retained = rows.filter((row) => row.retained).length;
  const enough = retained >= FEWEST && rows.length - retained >= FEWEST;
  const empty: LabReport = { n: rows.length, retained, enough, findings: [], pick: null };
  if (!enough) return empty;
  const { older, newer } = splitByTime(rows);
  const actions = new Set(rows.flatMap((row) => Object.keys(row.actions)));
  const tested = candidatesOf(actions).flatMap((candidate) => {
    const discovery = weigh(candidate, older);
    return discovery ? [{ candidate, discovery }] : [];
  });
  const qs = benjaminiHochberg(tested.map(({ discovery }) => discovery.p));
  const findings = tested.map(({ candidate, discovery }, index) => {
    const [q, validation] = [qs[index] ?? 1, weigh(candidate, newer)];
    return { candidate, discovery, q, validation, missing: whatIsMissing(q, validation) };
  });
  return { ...empty, findings, pick: choose(findings, rows) };
}

/** Discovery on those who came first and validation on the newest: what held in spring may not hold in summer. */
export function splitByTime<Row extends Pick<LabRow, 'anchor'>>(
  rows: readonly Row[],
): { older: Row[]; newer: Row[] } {
  const inOrder = [...rows].sort((a, b) => a.anchor - b.anchor);
  const border = Math.round(inOrder.length * DISCOVERY_SHARE);
  return { older: inOrder.slice(0, border), newer: inOrder.slice(border) };
}

/** Null where everybody or nobody did it, or stayed. */
export function weigh(candidate: Candidate, rows: readonly LabRow[]): Evidence | null {
  const table = fourFoldOf(candidate, rows);
  if (hasEmptyMargin(table)) return null;
  const { did: done, didNot } = margins(table);
  const riskDifference = newcombe({ k: table.tp, n: done }, { k: table.fn, n: didNot });
  const [ratio, coefficient, p] = [oddsRatio(table), phi(table), pValue(table)];
  if (!riskDifference || !ratio || !coefficient || p === null) return null;
  return {
    table,
    reach: rates(table).reach ?? 0,
    riskDifference,
    oddsRatio: ratio,
    phi: coefficient.phi,
    phiBand: coefficient.band,
    p,
  };
}

function pValue(table: FourFold): number | null {
  const { did: done, didNot, outcome, without, n } = margins(table);
  const fewest = (Math.min(done, didNot) * Math.min(outcome, without)) / n;
  return fewest < FEWEST_EXPECTED ? fisherExact(table) : (pearson(table)?.p ?? null);
}

function whatIsMissing(q: number, validation: Evidence | null): Missing[] {
  const missing: Missing[] = [];
  if (q > FALSE_DISCOVERIES) missing.push('false discovery rate');
  if (!validation) return [...missing, 'developers'];
  const { outcome, n } = margins(validation.table);
  const { difference, band } = validation.riskDifference;
  const [least, most] = ACCEPTED.reach;
  if (n < ACCEPTED.developers) missing.push('developers');
  if (outcome < ACCEPTED.retained) missing.push('retained developers');
  if (difference < ACCEPTED.difference || band.lower <= 0) missing.push('difference');
  if (validation.phi < ACCEPTED.phi) missing.push('phi');
  if (validation.reach < least || validation.reach > most) missing.push('reach');
  return missing;
}

/** The best by φ of the discovery, and then the simplest within one standard error of it, (1 − φ²) / √(n − 3). */
function choose(findings: readonly Finding[], rows: readonly LabRow[]): LabReport['pick'] {
  const found = findings.filter(({ q, discovery }) => q <= FALSE_DISCOVERIES && discovery.phi > 0);
  const best = Math.max(...found.map(({ discovery }) => discovery.phi));
  const { n } = found[0] ? margins(found[0].discovery.table) : { n: 0 };
  const error = (1 - best ** 2) / Math.sqrt(n - 3);
  const [simplest] = found
    .filter(({ discovery }) => discovery.phi >= best - error)
    .sort((a, b) => bySimplicity(a.candidate, b.candidate));
  if (!simplest) return null;
  const compared = compareOddsRatios(simplest.candidate, rows);
  if (!compared) return null;
  return { ...simplest, ...compared, verdict: simplest.missing.length === 0 ? 'validated' : 'proxy' };
}

/** The odds ratio as it is, and among developers alike in their strata and in how much they did on the first day. */
export function compareOddsRatios(candidate: Candidate, rows: readonly LabRow[]): Compared | null {
  const crude = weigh(candidate, rows)?.oddsRatio;
  return crude ? { crude, adjusted: adjustedOddsRatio(candidate, rows) } : null;
}
