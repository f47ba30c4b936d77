import type { FourFold } from './association.ts';

/** What somebody may have done early on, as a rule that is counted: an action so often, or on so many days, within days. */
export interface Candidate {
  action: string;
  /** Counted: how often, or on how many different days. */
  by: 'times' | 'days';
  atLeast: number;
  /** Days after t0; 7 is the first week. */
  withinDays: number;
}

/** How often somebody did what on each of the first days after t0: day 0 is the first 24 hours. */
export type DailyActions = Readonly<Record<string, readonly number[]>>;

const TIMES = [1, 2, 3, 5, 10, 20];
const WITHIN_DAYS = [1, 3, 7];
/** On at least two days, within three days or a week. */
const ON_DAYS = [2];

/** The grid that is looked through for each action, from the simplest on: fewer times first, then sooner. */
export function candidatesOf(actions: Iterable<string>): Candidate[] {
  const grid: Candidate[] = [];
  for (const action of actions) {
    for (const withinDays of WITHIN_DAYS) {
      for (const atLeast of TIMES) grid.push({ action, by: 'times', atLeast, withinDays });
      if (withinDays === 1) continue;
      for (const atLeast of ON_DAYS) grid.push({ action, by: 'days', atLeast, withinDays });
    }
  }
  return grid.sort(bySimplicity);
}

/** How often weighs more than how soon; to come back on another day is more to ask than to do it again. */
export function bySimplicity(a: Candidate, b: Candidate): number {
  return (
    a.atLeast - b.atLeast ||
    a.withinDays - b.withinDays ||
    Number(a.by === 'days') - Number(b.by === 'days') ||
    (a.action < b.action ? -1 : Number(a.action > b.action))
  );
}

/** Whether somebody did it. An action of which nothing is known was not done. */
export function did({ action, by, atLeast, withinDays }: Candidate, actions: DailyActions): boolean {
  const days = actions[action] ?? [];
  let sum = 0;
  for (let day = 0; day < withinDays && day < days.length; day += 1) {
    const times = days[day] ?? 0;
    sum += by === 'times' ? times : Number(times > 0);
  }
  return sum >= atLeast;
}

/** The candidate read as a forecast of who stays. */
export function fourFoldOf(
  candidate: Candidate,
  rows: readonly { actions: DailyActions; retained: boolean }[],
): FourFold {
  const table = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const { actions, retained } of rows) {
    if (did(candidate, actions)) table[retained ? 'tp' : 'fp'] += 1;
    else table[retained ? 'fn' : 'tn'] += 1;
  }
  return table;
}
