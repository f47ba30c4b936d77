import { type Candidate, type DailyActions, fourFoldOf } from './lab-candidates.ts';
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
  const alike = Map.groupBy(rows, ({ actions, strata }) =>
    JSON.stringify([quintile(firstDay(actions)), ...Object.entries(strata).sort().flat()]),
  );
  return mantelHaenszel([...alike.values()].map((stratum) => fourFoldOf(candidate, stratum)));
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
