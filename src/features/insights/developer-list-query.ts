import { STEPS, type Step } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { LAST } from './furthest-step.ts';
import { IDLE_HOURS, IDLE_MS, type IdleHours, STANDING_KINDS, type StandingKind } from './standing.ts';

/** What a list of developers is asked for besides the filters of every page. */
export interface DeveloperListQuery {
  /** Only whose furthest step it is. */
  stage: Step | null;
  /** Only who is waited for and has done nothing for so many hours. */
  idle: IdleHours | null;
  kind: StandingKind | null;
  /** The beginning of an id, or its end from SEARCHED_TAIL characters on; empty for all. */
  search: string;
  /** Where the page begins; null for the first one. */
  after: DeveloperPlace | null;
  complaints: readonly string[];
}

/** A place in the list: what it is ordered by, in milliseconds since 1970, and the id, which decides between equals. */
export interface DeveloperPlace {
  at: number;
  id: string;
}

/** As many of the last characters of an id as the pages show, and as an index holds. */
export const SEARCHED_TAIL = 8;
const LONGEST = 100;
const NAMES = { stage: 'step', idle: 'idle time', kind: 'kind' };

/** Never throws: what cannot be understood is left out, and said. A place that somebody mistyped is the beginning. */
export function parseDeveloperList(address: URLSearchParams): DeveloperListQuery {
  const complaints: string[] = [];
  const one = <Value extends string>(
    name: 'stage' | 'idle' | 'kind',
    known: readonly Value[],
  ): Value | null => {
    const text = address.get(name);
    if (!text) return null;
    const found = known.find((value) => value === text);
    if (!found)
      complaints.push(`“${text.slice(0, LONGEST)}” is no ${NAMES[name]}. There are ${known.join(', ')}.`);
    return found ?? null;
  };
  const stage = one('stage', STEPS);
  const idle = one('idle', IDLE_HOURS.map(String));
  const kind = one('kind', STANDING_KINDS);
  const search = (address.get('search') ?? '').trim().replace(/^…/, '');
  if (search.length > LONGEST) complaints.push('The search in the address is too long.');
  return {
    stage,
    idle: IDLE_HOURS.find((hours) => String(hours) === idle) ?? null,
    kind,
    search: search.length > LONGEST ? '' : search,
    after: parsePlace(address.get('after')),
    complaints,
  };
}

/** The same as part of an address; null leaves out. */
export function developerListParams(query: DeveloperListQuery): Record<string, string | null> {
  const { stage, idle, kind, search } = query;
  return { stage, idle: idle === null ? null : String(idle), kind, search };
}

export const writePlace = ({ at, id }: DeveloperPlace) => `${at}~${id}`;

/** Whether those who stopped last come first; otherwise the newest do. */
export const byIdleness = ({ idle, kind }: Pick<DeveloperListQuery, 'idle' | 'kind'>) =>
  idle !== null || kind !== null;

const PLACE = /^(\d{1,15})~([\w-]{1,100})$/;

function parsePlace(text: string | null): DeveloperPlace | null {
  const [, at, id] = PLACE.exec(text ?? '') ?? [];
  return at && id ? { at: Number(at), id } : null;
}

/** What of the list memory can tell. */
export type NarrowedQuery = Pick<DeveloperListQuery, 'stage' | 'idle' | 'kind'>;

/**
 * Those of some developers whom the list is asked for, as far as memory knows: a call of the last hour may be missing,
 * and ids are not known here.
 */
export function narrow(
  columns: JourneyColumns,
  places: Uint32Array,
  query: NarrowedQuery,
  asOf: number,
): Uint32Array {
  const waiting = byIdleness(query);
  if (query.stage === null && !waiting) return places;
  const wanted = query.stage === null ? null : STEPS.indexOf(query.stage);
  const quietSince = asOf - (query.idle ?? 0) * 3_600_000;
  const stuckSince = query.kind === null ? Number.POSITIVE_INFINITY : asOf - IDLE_MS[0];
  const { stage, ended, active, progressed } = columns;
  const found = new Uint32Array(places.length);
  let n = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    if (wanted !== null && stage[place] !== wanted) continue;
    if (waiting) {
      const [last, step] = [active[place] ?? 0, progressed[place] ?? 0];
      if (stage[place] === LAST || (ended[place] ?? Number.NaN) <= asOf) continue;
      if (last > quietSince || step > stuckSince) continue;
      if (query.kind !== null && last > step !== (query.kind === 'struggling')) continue;
    }
    found[n++] = place;
  }
  return found.subarray(0, n);
}
