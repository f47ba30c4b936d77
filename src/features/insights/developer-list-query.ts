import { DAY_MS } from '../../day.ts';
import { STEPS, type Step } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { HORIZONS } from './cohort-table.ts';
import { LAST } from './furthest-step.ts';
import { IDLE_HOURS, IDLE_MS, type IdleHours, STANDING_KINDS, type StandingKind } from './standing.ts';

/** What a list of developers is asked for besides the filters of every page. */
export interface DeveloperListQuery {
  /** Only whose furthest step it is. */
  stage: Step | null;
  /** Only who is waited for and has done nothing for so many hours. */
  idle: IdleHours | null;
  kind: StandingKind | null;
  /** Only who got at least so far: to this step or to a later one. */
  atLeast: Step | null;
  /** Only who did this themselves, and did not pass over it. */
  did: Step | null;
  /** So many days after t0 at the latest, of those who have been here for so long; nothing without `did`. */
  within: WithinDays | null;
  /** Only who is in no figure, in place of everybody else. */
  excluded: boolean;
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

export type WithinDays = (typeof HORIZONS)[number]['days'];

/** As many of the last characters of an id as the pages show, and as an index holds. */
export const SEARCHED_TAIL = 8;
const LONGEST = 100;
const NAMES = {
  stage: 'step',
  atleast: 'step',
  did: 'step',
  within: 'number of days',
  idle: 'idle time',
  kind: 'kind',
  excluded: 'answer',
};

/** Never throws: what cannot be understood is left out, and said. A place that somebody mistyped is the beginning. */
export function parseDeveloperList(address: URLSearchParams): DeveloperListQuery {
  const complaints: string[] = [];
  const one = <Value extends string>(name: keyof typeof NAMES, known: readonly Value[]): Value | null => {
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
  const did = one('did', STEPS);
  const days = one(
    'within',
    HORIZONS.map((horizon) => String(horizon.days)),
  );
  const search = (address.get('search') ?? '').trim().replace(/^…/, '');
  if (search.length > LONGEST) complaints.push('The search in the address is too long.');
  return {
    stage,
    idle: IDLE_HOURS.find((hours) => String(hours) === idle) ?? null,
    kind,
    atLeast: one('atleast', STEPS),
    did,
    within: (did && HORIZONS.find((horizon) => String(horizon.days) === days)?.days) ?? null,
    excluded: one('excluded', ['yes']) !== null,
    search: search.length > LONGEST ? '' : search,
    after: parsePlace(address.get('after')),
    complaints,
  };
}

/** The same as part of an address; null leaves out. */
export function developerListParams(query: DeveloperListQuery): Record<string, string | null> {
  const { stage, idle, kind, atLeast, did, within, excluded, search } = query;
  const number = (value: number | null) => (value === null ? null : String(value));
  return {
    ...{ stage, idle: number(idle), kind, atleast: atLeast },
    ...{ did, within: number(within), excluded: excluded ? 'yes' : null, search },
  };
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
export type NarrowedQuery = Pick<
  DeveloperListQuery,
  'stage' | 'idle' | 'kind' | 'atLeast' | 'did' | 'within'
>;

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
  const { stage: wanted, atLeast, did } = query;
  if (wanted === null && atLeast === null && did === null && !waiting) return places;
  const isStage = { least: index(atLeast ?? wanted, 0), most: index(wanted, LAST) };
  const doneBy = did === null ? null : whoDid(columns, { did, within: query.within, asOf });
  const isWaitedFor = waiting ? whoWaits(columns, query, asOf) : null;
  const found = new Uint32Array(places.length);
  let n = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const stage = columns.stage[place] ?? 0;
    if (stage < isStage.least || stage > isStage.most) continue;
    if (doneBy && !doneBy(place)) continue;
    if (isWaitedFor && !isWaitedFor(place)) continue;
    found[n++] = place;
  }
  return found.subarray(0, n);
}

const index = (step: Step | null, otherwise: number) => (step === null ? otherwise : STEPS.indexOf(step));

function whoDid(
  { steps, t0 }: JourneyColumns,
  { did, within, asOf }: { did: Step; within: WithinDays | null; asOf: number },
): (place: number) => boolean {
  const times = steps[did];
  const ms = within === null ? Number.POSITIVE_INFINITY : within * DAY_MS;
  const latest = within === null ? asOf : asOf - ms;
  return (place) => {
    const [began, reached] = [t0[place] ?? Number.NaN, times[place] ?? Number.NaN];
    return began <= latest && reached <= asOf && reached - began <= ms;
  };
}

function whoWaits(
  { stage, ended, active, progressed }: JourneyColumns,
  { idle, kind }: Pick<NarrowedQuery, 'idle' | 'kind'>,
  asOf: number,
): (place: number) => boolean {
  const quietSince = asOf - (idle ?? 0) * 3_600_000;
  const stuckSince = kind === null ? Number.POSITIVE_INFINITY : asOf - IDLE_MS[0];
  return (place) => {
    const [last, step] = [active[place] ?? 0, progressed[place] ?? 0];
    if (stage[place] === LAST || (ended[place] ?? Number.NaN) <= asOf) return false;
    if (last > quietSince || step > stuckSince) return false;
    return kind === null || last > step === (kind === 'struggling');
  };
}
