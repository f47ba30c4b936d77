import { DIMENSIONS, type Dimension } from '../journeys/journey.ts';
import { type JourneyColumns, NONE } from '../journeys/journey-columns.ts';
import type { InsightsQuery } from './insights-query.ts';

/** The developers that a page speaks of. */
export interface Selection {
  /** Indexes of columns. */
  places: Uint32Array;
  /** How many the filters would have let through who are in no figure. */
  excluded: number;
}

/** O(developers), one comparison each for every filter. Who began after `asOf` has not begun. */
export function selectDevelopers(columns: JourneyColumns, query: InsightsQuery, asOf: number): Selection {
  const wanted = DIMENSIONS.flatMap((dimension) => {
    const value = query.filter[dimension];
    // A word that stands nowhere has no index, and then nobody is found.
    return value === undefined ? [] : [{ column: columns.segments[dimension], at: wordAt(columns, value) }];
  });
  const from = query.from ?? Number.NEGATIVE_INFINITY;
  const to = Math.min(query.to ?? Number.POSITIVE_INFINITY, asOf + 1);
  const places = new Uint32Array(columns.length);
  let found = 0;
  let excluded = 0;
  for (let place = 0; place < columns.length; place += 1) {
    const t0 = columns.t0[place] ?? Number.NaN;
    if (!(t0 >= from && t0 < to)) continue;
    if (!wanted.every(({ column, at }) => column[place] === at)) continue;
    if (columns.excluded[place]) excluded += 1;
    else places[found++] = place;
  }
  return { places: places.subarray(0, found), excluded };
}

/** What the address calls those of whom a thing is not known. */
export const UNKNOWN = 'unknown';

const wordAt = (columns: JourneyColumns, value: string) =>
  columns.words.indexOf(value === UNKNOWN ? NONE : value);

export interface Segment {
  /** As the address has it; `unknown` where it is not known. */
  value: string;
  places: Uint32Array;
}

/** The same developers by what they are told apart by, the largest segment first. */
export function segmentsOf(columns: JourneyColumns, places: Uint32Array, by: Dimension): Segment[] {
  const column = columns.segments[by];
  const counts = new Map<number, number>();
  for (const place of places) counts.set(column[place] ?? 0, (counts.get(column[place] ?? 0) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, n]) => {
      const own = new Uint32Array(n);
      let at = 0;
      for (const place of places) if (column[place] === word) own[at++] = place;
      return { value: columns.words[word] || UNKNOWN, places: own };
    });
}

/** What a filter can be set to, with how many there are of each; the most frequent first. */
export function valuesOf(
  columns: JourneyColumns,
  places: Uint32Array,
  by: Dimension,
): { value: string; n: number }[] {
  return segmentsOf(columns, places, by).map(({ value, places: own }) => ({ value, n: own.length }));
}
