import { DAY_MS } from '../../day.ts';
import { DIMENSIONS, type Dimension } from '../journeys/journey.ts';

/** What the address of a page asks for. */
export interface InsightsQuery {
  /** Only developers with these. */
  filter: Readonly<Partial<Record<Dimension, string>>>;
  /** What the page compares, where it compares. */
  by: Dimension | null;
  /** Only developers whose t0 lies from the first moment of `from` to before that of the day after `to`; UTC days. */
  from: number | null;
  to: number | null;
  /** One sentence for each thing in the address that could not be understood. */
  complaints: readonly string[];
}

/** What an address asks for that says nothing. */
export const EVERYBODY: InsightsQuery = { filter: {}, by: null, from: null, to: null, complaints: [] };

const LONGEST = 100;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Never throws: what cannot be understood is left out, and said. */
export function parseInsightsQuery(search: URLSearchParams): InsightsQuery {
  const complaints: string[] = [];
  const filter: Partial<Record<Dimension, string>> = {};
  for (const dimension of DIMENSIONS) {
    const value = search.get(dimension);
    if (value && value.length > LONGEST) complaints.push(`The ${dimension} in the address is too long.`);
    else if (value) filter[dimension] = value;
  }
  const by = search.get('by');
  if (by && !isDimension(by))
    complaints.push(
      `Developers cannot be compared by “${by.slice(0, LONGEST)}”, only by ${DIMENSIONS.join(', ')}.`,
    );
  const day = (name: 'from' | 'to') => {
    const text = search.get(name);
    if (!text) return null;
    const at = DATE.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(at)) return at;
    complaints.push(
      `“${text.slice(0, LONGEST)}” is no day. Write it as ${new Date(0).toISOString().slice(0, 10)}.`,
    );
    return null;
  };
  const [from, to] = [day('from'), day('to')];
  if (from !== null && to !== null && from > to) complaints.push('The last day comes before the first.');
  return {
    filter,
    by: by && isDimension(by) ? by : null,
    from,
    to: to === null ? null : to + DAY_MS,
    complaints,
  };
}

const isDimension = (text: string): text is Dimension => (DIMENSIONS as readonly string[]).includes(text);

/**
 * The address of the same question asked of another page, or another one: `change` replaces, and null leaves out. What
 * only one page asks about is given to it the same way.
 */
export function queryString(
  query: InsightsQuery,
  change: Readonly<Record<string, string | null>> = {},
): string {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(0, 10));
  const all: Record<string, string | null | undefined> = {
    ...query.filter,
    by: query.by,
    from: iso(query.from),
    to: iso(query.to === null ? null : query.to - DAY_MS),
    ...change,
  };
  const given = Object.entries(all).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
