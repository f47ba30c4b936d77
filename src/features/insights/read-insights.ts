import type { Context } from '../../context.ts';
import { DIMENSIONS, type Dimension } from '../journeys/journey.ts';
import type { JourneyColumns, JourneyMemory } from '../journeys/journey-columns.ts';
import { type InsightsQuery, parseInsightsQuery } from './insights-query.ts';
import { type Selection, selectDevelopers, valuesOf } from './select-developers.ts';

/** What every page of figures begins with. */
export interface Insights extends Selection {
  /** Milliseconds since 1970. Nothing after it has happened. */
  asOf: number;
  query: InsightsQuery;
  columns: JourneyColumns;
  /** What the filters can be set to, and how many developers there are of each; of everybody who counts. */
  choices: Record<Dimension, { value: string; n: number }[]>;
}

const NO_FILTER: InsightsQuery = { filter: {}, by: null, from: null, to: null, complaints: [] };

/** The developers that an address asks for, as they stand now. */
export async function readInsights(
  { ctx, journeys }: { ctx: Pick<Context, 'now'>; journeys: JourneyMemory },
  search: URLSearchParams,
): Promise<Insights> {
  const query = parseInsightsQuery(search);
  const columns = await journeys.current();
  const asOf = ctx.now();
  const everybody = selectDevelopers(columns, NO_FILTER, asOf);
  const choices = Object.fromEntries(
    DIMENSIONS.map((dimension) => [dimension, valuesOf(columns, everybody.places, dimension)]),
  ) as Insights['choices'];
  return { asOf, query, columns, choices, ...selectDevelopers(columns, query, asOf) };
}
