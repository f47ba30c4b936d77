import { DIMENSIONS, type Dimension } from '../journeys/journey.ts';
import type { JourneyColumns, JourneyMemory, JourneySnapshot } from '../journeys/journey-columns.ts';
import { EVERYBODY, type InsightsQuery, parseInsightsQuery, queryString } from './insights-query.ts';
import { type Selection, selectDevelopers, valuesOf } from './select-developers.ts';

/** What every page of figures begins with. */
export interface Insights extends Selection {
  /** Milliseconds since 1970. Nothing after it has happened. */
  asOf: number;
  query: InsightsQuery;
  columns: JourneyColumns;
  /** What the filters can be set to, and how many developers there are of each; of everybody who counts. */
  choices: Record<Dimension, { value: string; n: number }[]>;
  /** Counts something of these developers once, where there are so many that it is worth it. */
  remember: JourneySnapshot['remember'];
}

/** The developers that an address asks for, as they stand now. */
export async function readInsights(
  { journeys }: { journeys: JourneyMemory },
  search: URLSearchParams,
): Promise<Insights> {
  const query = parseInsightsQuery(search);
  const { columns, asOf, remember } = await journeys.snapshot();
  const choices = remember('choices', () => {
    const { places } = selectDevelopers(columns, EVERYBODY, asOf);
    return Object.fromEntries(
      DIMENSIONS.map((dimension) => [dimension, valuesOf(columns, places, dimension)]),
    ) as Insights['choices'];
  });
  const asked = queryString(query);
  return {
    asOf,
    query,
    columns,
    choices,
    remember: (name, make) => remember(`${name} ${asked}`, make),
    ...remember(`selection ${asked}`, () => selectDevelopers(columns, query, asOf)),
  };
}
