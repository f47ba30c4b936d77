import { DAY_MS } from '../../day.ts';
import type { CohortWeek } from '../../features/insights/cohort-week.ts';
import { type InsightsQuery, queryString } from '../../features/insights/insights-query.ts';

type Change = Readonly<Record<string, string | null>>;

/** The list of the developers behind a figure: those whom the address asks for, and of these whom `change` says. */
export const developersHref = (query: InsightsQuery, change: Change = {}): string =>
  `/insights/developers${queryString(query, { by: null, ...change })}`;

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The same of those who began in a week. The list is asked for UTC days: null where the week begins at another hour. */
export function weekHref(query: InsightsQuery, week: CohortWeek, change: Change = {}): string | null {
  if (week.start % DAY_MS !== 0 || week.end % DAY_MS !== 0) return null;
  return developersHref(query, { from: day(week.start), to: day(week.end - 1), ...change });
}
