import { DIMENSIONS, type Dimension } from '../journeys/journey.ts';
import { type JourneyColumns, NONE } from '../journeys/journey-columns.ts';
import type { InsightsQuery } from './insights-query.ts';

/** The developers that a page speaks of. */
export interface Selection {
  /** Indexes of columns. */
  places: Uint32Array;
  /** How many the filters would have let through who are in no figure. */
  excluded: number;
  /** Who these are. */
  excludedPlaces: Uint32Array;
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
  const { t0, excluded: isExcluded, length } = columns;
  const places = new Uint32Array(length);
  let found = 0;
  let excluded = 0;
  for (let place = 0; place < length; place += 1) {
    const began = t0[place] ?? Number.NaN;
    if (!(began >= from && began < to)) continue;
    if (wanted.length > 0 && !wanted.every(({ column, at }) => column[place] === at)) continue;
    if (isExcluded[place]) {
      excluded += 1;
      places[length - excluded] = place;
    } else places[found++] = place;
  }
  const excludedPlaces = places.subarray(length - excluded);
  return { places: places.subarray(0, found), excluded, excludedPlaces };
}

export interface Excluded {
  reason: string;
  n: number;
}

/** How many who began by `asOf` are left out of every figure, by reason. O(developers). */
export function countExcluded({ excluded, t0, words, length }: JourneyColumns, asOf: number): Excluded[] {
  const counts = new Uint32Array(words.length);
  for (let place = 0; place < length; place += 1) {
    const why = excluded[place] ?? 0;
    if (why > 0 && (t0[place] ?? Number.NaN) <= asOf) counts[why] = (counts[why] ?? 0) + 1;
  }
  return [...counts.entries()]
    .filter(([, n]) => n > 0)
    .map(([why, n]) => ({ reason: words[why] ?? '', n }))
    .sort((a, b) => (a.reason < b.reason ? -1 : 1));
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

/** How many developers there are of each word, by the index of the word. */
function countWords(columns: JourneyColumns, places: Uint32Array, by: Dimension): Uint32Array {
  const column = columns.segments[by];
  const counts = new Uint32Array(columns.words.length);
  for (let at = 0; at < places.length; at += 1) {
    const word = column[places[at] ?? 0] ?? 0;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

/** What a filter can be set to, with how many there are of each; the most frequent first. */
export function valuesOf(
  columns: JourneyColumns,
  places: Uint32Array,
  by: Dimension,
): { value: string; n: number }[] {
  return [...countWords(columns, places, by).entries()]
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([word, n]) => ({ value: columns.words[word] || UNKNOWN, n }));
}

/** The same developers by what they are told apart by, the largest segment first. O(developers). */
export function segmentsOf(columns: JourneyColumns, places: Uint32Array, by: Dimension): Segment[] {
  const column = columns.segments[by];
  const counts = countWords(columns, places, by);
  const parts = new Map<number, { own: Uint32Array; next: number }>();
  for (const [word, n] of counts.entries()) if (n > 0) parts.set(word, { own: new Uint32Array(n), next: 0 });
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const part = parts.get(column[place] ?? 0);
    if (part) part.own[part.next++] = place;
  }
  return [...parts]
    .map(([word, { own }]) => ({ value: columns.words[word] || UNKNOWN, places: own }))
    .sort((a, b) => b.places.length - a.places.length);
}
