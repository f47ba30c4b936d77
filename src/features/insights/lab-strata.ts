import type { FourFold } from './association.ts';
import { type Candidate, type DailyActions, did } from './lab-candidates.ts';
import { type CommonOddsRatio, mantelHaenszel } from './mantel-haenszel.ts';

export interface StratifiedRow {
  strata: Readonly<Record<string, string>>;
  actions: DailyActions;
  retained: boolean;
}

const PARTS = 5;

/**
 * The odds ratio among developers of the same strata who were about equally busy on their first day, by Mantel and
 * Haenszel. Null where no stratum has anybody to compare.
 */
export function adjustedOddsRatio(
  candidate: Candidate,
  rows: readonly StratifiedRow[],
): CommonOddsRatio | null {
  const quintile = quintiles(rows.map(({ actions }) => firstDay(actions)));
  const tables = new Map<string, FourFold>();
  for (const row of rows) {
    const key = JSON.stringify([
      quintile(firstDay(row.actions)),
      ...Object.entries(row.strata).sort().flat(),
    ]);
    const table = tables.get(key) ?? { tp: 0, fp: 0, fn: 0, tn: 0 };
    const cell = did(candidate, row.actions) ? (row.retained ? 'tp' : 'fp') : row.retained ? 'fn' : 'tn';
    table[cell] += 1;
    tables.set(key, table);
  }
  return mantelHaenszel([...tables.values()]);
}

/** Everything done in the first 24 hours, whatever it was. */
const firstDay = (actions: DailyActions): number =>
  Object.values(actions).reduce((sum, days) => sum + (days[0] ?? 0), 0);

/**
 * Which fifth a number belongs to, 0 to 4. Equal numbers belong together, so that where most did nothing there are fewer
 * than five.
 */
export function quintiles(values: readonly number[]): (value: number) => number {
  const sorted = [...values].sort((a, b) => a - b);
  const limits = Array.from(
    { length: PARTS - 1 },
    (_, part) => sorted[Math.ceil(((part + 1) * sorted.length) / PARTS) - 1] ?? 0,
  );
  return (value) => limits.filter((limit) => value > limit).length;
}
