import type { Db } from '../../context.ts';
import { STEPS, type Step } from '../journeys/journey.ts';
import {
  byIdleness,
  type DeveloperListQuery,
  type DeveloperPlace,
  type NarrowedQuery,
  narrow,
} from './developer-list-query.ts';
import { findIds, type ListedDeveloper, listStanding } from './developer-list-store.ts';
import { type NextStepChance, nextStepChance } from './next-step-chance.ts';
import type { Insights } from './read-insights.ts';
import { lastActive, type Standing, standingOf } from './standing.ts';

/** One developer in the list. Times in milliseconds, moments since 1970. */
export interface DeveloperLine {
  id: string;
  /** They deleted themselves: nobody knows any more who it was. */
  gone: boolean;
  t0: number;
  step: Step;
  standing: Standing;
  lastActiveAt: number;
  lastEvent: string;
  errorCode: string | null;
  /** Why they are in no figure; null for who is. */
  excluded: string | null;
  /** From t0 to the first call, at least 0; null for who has not called. */
  toFirstCall: number | null;
  /** That they take the next step within seven days; null where it is not known, or there is nothing to wait for. */
  chance: number | null;
}

export interface DeveloperPage {
  lines: DeveloperLine[];
  /** Whether those who stopped last come first; otherwise the newest do. */
  lastStoppedFirst: boolean;
  /** How many there are on all pages, a call of the last hour perhaps not looked at; null where ids were searched. */
  total: number | null;
  /** Where the next page begins; null on the last. */
  next: DeveloperPlace | null;
}

export const PAGE_SIZE = 50;
/** So few rows are faster found one by one than met on the way through an index that is in the order asked for. */
const FEW = 5_000;
export const MOST_FOUND = 1_000;

/**
 * A page of developers with where each stands. The database reads about as many rows as the page shows, by an index in
 * the order of the list; memory says when those asked for are so few that they would have to be looked for.
 */
export async function listDevelopers(
  { db }: { db: Db },
  insights: Insights,
  list: DeveloperListQuery,
  size = PAGE_SIZE,
): Promise<DeveloperPage> {
  const { asOf } = insights;
  const { stage, idle, kind, atLeast, did, within, excluded } = list;
  const asked = { stage, idle, kind, atLeast, did, within, excluded };
  const { possible, counted } = insights.report(`developers ${Object.values(asked)}`, narrowBoth, asked);
  const few = [possible, counted].find(({ length }) => length <= FEW) ?? null;
  const ids = list.search === '' ? null : await findIds(db, list.search, MOST_FOUND);
  const rows = await listStanding(db, {
    query: insights.query,
    list,
    asOf,
    limit: size + 1,
    places: ids === null ? few : null,
    ids,
  });
  const chances = insights.everybody().report('chances', nextStepChance);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    lines: shown.map((row) => lineOf(row, chances, asOf)),
    lastStoppedFirst: byIdleness(list),
    total: ids === null ? counted.length : null,
    next:
      last && rows.length > size
        ? { at: byIdleness(list) ? last.active_at : last.t0, id: last.developer_id }
        : null,
  };
}

/** Of calls of the same hour memory knows the first. The database knows all, and is asked about everybody where it can. */
function narrowBoth(
  { columns, asOf, places: counting, excludedPlaces }: Insights,
  { excluded, ...asked }: NarrowedQuery & { excluded: boolean },
) {
  const places = excluded ? excludedPlaces : counting;
  const possible = narrow(columns, places, { ...asked, kind: null }, asOf);
  return { possible, counted: asked.kind === null ? possible : narrow(columns, possible, asked, asOf) };
}

/** All pages of a list, one after the other. */
export async function* allDevelopers(
  ctx: { db: Db },
  insights: Insights,
  list: DeveloperListQuery,
  size = MOST_FOUND,
): AsyncGenerator<DeveloperLine> {
  let after: DeveloperPlace | null = null;
  do {
    const page: DeveloperPage = await listDevelopers(ctx, insights, { ...list, after }, size);
    yield* page.lines;
    after = page.next;
  } while (after !== null);
}

function lineOf(row: ListedDeveloper, chances: NextStepChance, asOf: number): DeveloperLine {
  const standing = standingOf(row, row.last_call_at, asOf);
  return {
    id: row.developer_id,
    gone: row.ended_at !== null,
    t0: row.t0,
    step: STEPS[row.stage] ?? 'visited',
    standing,
    lastActiveAt: lastActive(row, row.last_call_at),
    lastEvent: row.last_event,
    errorCode: row.error_code,
    excluded: row.excluded,
    toFirstCall: row.first_call_at === null ? null : Math.max(0, row.first_call_at - row.t0),
    chance: standing.idle === null ? null : chances.of(row.stage, standing.waited),
  };
}
