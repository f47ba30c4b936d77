import { DIMENSIONS, type Dimension } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import type { JourneyMemory } from '../journeys/journey-memory.ts';
import type { JourneySnapshot } from '../journeys/journey-snapshot.ts';
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
  /**
   * What a page shows of these developers. Where there are very many it is counted once, and anew in the background for as
   * long as somebody looks at it; so `make` counts of the developers that it is given, and keeps hold of no others.
   */
  report<Given extends unknown[], Value>(name: string, make: Make<Given, Value>, ...given: Given): Value;
  /** The same of everybody who counts. */
  everybody(): Insights;
}

type Make<Given extends unknown[], Value> = (insights: Insights, ...given: Given) => Value;

/** The developers that an address asks for, as they stand now. */
export async function readInsights(
  { journeys }: { journeys: JourneyMemory },
  search: URLSearchParams,
): Promise<Insights> {
  return chooseFrom(await journeys.snapshot(), parseInsightsQuery(search));
}

function chooseFrom(snapshot: JourneySnapshot, query: InsightsQuery): Insights {
  const { columns, asOf, remember } = snapshot;
  const asked = queryString(query);
  return {
    asOf,
    query,
    columns,
    choices: remember('choices', () => countChoices(columns, asOf)),
    report: (name, make, ...given) => snapshot.report(`${name} ${asked}`, makeLater(query, make, given)),
    everybody: () => chooseFrom(snapshot, EVERYBODY),
    ...remember(`selection ${asked}`, () => selectDevelopers(columns, query, asOf)),
  };
}

/** Outside of what it is called in: a function that is kept for later would keep all of that as well. */
const makeLater =
  <Given extends unknown[], Value>(query: InsightsQuery, make: Make<Given, Value>, given: Given) =>
  (later: JourneySnapshot) =>
    make(chooseFrom(later, query), ...given);

function countChoices(columns: JourneyColumns, asOf: number): Insights['choices'] {
  const { places } = selectDevelopers(columns, EVERYBODY, asOf);
  return Object.fromEntries(
    DIMENSIONS.map((dimension) => [dimension, valuesOf(columns, places, dimension)]),
  ) as Insights['choices'];
}
