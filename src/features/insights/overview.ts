import type { Context } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { type Activated, type ActivationWeek, activationByWeek, measureActivation } from './activation.ts';
import { cumulativeIncidence, incidenceWithin } from './competing-risks.ts';
import { countExcludedCalls } from './insights-store.ts';
import type { Insights } from './read-insights.ts';
import { countExcluded, type Excluded } from './select-developers.ts';
import { measureSpeed, type Speed } from './speed.ts';
import { kaplanMeier, median, type ShareEstimate } from './survival.ts';
import { FIRST_CALL_TARGET, LIVE_TARGET, type Target, TO_FIRST_CALL } from './time-to-first-call.ts';
import { type Clock, censored, collectTimes, EVENT, REACHED, waitingTimes } from './waiting-times.ts';

/** Against a target: met or missed with its whole interval, or too close to say; null while the share is not known. */
export type Attainment = 'met' | 'missed' | 'unsettled' | null;

/** How long developers take to one milestone. Times in milliseconds. */
export interface TimeToValue extends Pick<Speed, 'n' | 'events' | 'share' | 'lastTime' | 'median'> {
  target: Target;
  /** The share that got there within the target's time; null while nobody has been there for so long. */
  within: ShareEstimate | null;
  attainment: Attainment;
}

/** The median of those only who were activated, which is not the headline. */
export interface Activators {
  withinMs: number;
  /** Began at least so long ago. */
  followed: number;
  /** Of those, called within that time. */
  activated: number;
  median: number | null;
}

export interface LiveCounts {
  now: number;
  /** Were live, and have not called successfully for too long. */
  lapsed: number;
}

/** The first screen: how many are activated and how long it takes stand side by side, and are never one number. */
export interface Overview {
  asOf: number;
  developers: number;
  called: number;
  calledFromOwnMachine: number;
  activation: Activated & { weeks: ActivationWeek[] };
  firstCall: TimeToValue;
  live: TimeToValue;
  activators: Activators;
  liveNow: LiveCounts;
  /** Of the whole portal, whatever the address asks for. */
  excluded: Excluded[];
  /** Of the whole portal: calls that a rule leaves out, such as those of CI and of monitors. */
  excludedCalls: number;
}

const TO_LIVE: Clock = { from: 't0', to: 'live' };
const ACTIVATORS_MS = 14 * DAY_MS;

type Selected = Pick<Insights, 'columns' | 'places' | 'asOf' | 'query'>;

export async function overview(
  insights: Insights,
  { db, config }: Pick<Context, 'db' | 'config'>,
): Promise<Overview> {
  const summary = summarise(insights, config.reportingZone);
  return { ...summary, excludedCalls: await countExcludedCalls(db) };
}

/** What memory knows of it. */
export function summarise(
  { columns, places, asOf, query }: Selected,
  zone: string,
): Omit<Overview, 'excludedCalls'> {
  const until = Math.min(asOf, (query.to ?? Number.POSITIVE_INFINITY) - 1);
  const firstCall = timeToValue(columns, places, TO_FIRST_CALL, asOf, FIRST_CALL_TARGET);
  return {
    asOf,
    developers: places.length,
    called: firstCall.events,
    calledFromOwnMachine: countUpTo(columns.steps.own_machine, places, asOf),
    activation: {
      ...measureActivation(columns, places, asOf),
      weeks: activationByWeek(columns, places, { until, asOf, zone }),
    },
    firstCall,
    live: timeToValue(columns, places, TO_LIVE, asOf, LIVE_TARGET),
    activators: measureActivators(columns, places, asOf),
    liveNow: countLive(columns, places, asOf),
    excluded: countExcluded(columns, asOf),
  };
}

function timeToValue(
  columns: JourneyColumns,
  places: Uint32Array,
  clock: Clock,
  asOf: number,
  target: Target,
): TimeToValue {
  const times = waitingTimes(columns, places, clock, asOf);
  const { n, events, share, lastTime, median } = measureSpeed(times);
  const within = incidenceWithin(cumulativeIncidence(times.observations, REACHED), target.withinMs);
  return { n, events, share, lastTime, median, target, within, attainment: attain(within, target) };
}

/** A share without limits, which is nobody or everybody, is judged by itself. */
export function attain(within: ShareEstimate | null, target: Target): Attainment {
  if (!within) return null;
  const { lower, upper } = within.band ?? { lower: within.share, upper: within.share };
  if (lower >= target.share) return 'met';
  return upper < target.share ? 'missed' : 'unsettled';
}

/** To how many it happened by then. A plain loop: filters of typed arrays take ten times as long. */
function countUpTo(times: Float64Array, places: Uint32Array, latest: number): number {
  let n = 0;
  for (let at = 0; at < places.length; at += 1) if ((times[places[at] ?? 0] ?? Number.NaN) <= latest) n += 1;
  return n;
}

function countLive(columns: JourneyColumns, places: Uint32Array, asOf: number): LiveCounts {
  const { lapsed, ended } = columns;
  const live = columns.steps.live;
  const counts = { now: 0, lapsed: 0 };
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    if (!((live[place] ?? Number.NaN) <= asOf) || (ended[place] ?? Number.NaN) <= asOf) continue;
    if ((lapsed[place] ?? Number.NaN) <= asOf) counts.lapsed += 1;
    else counts.now += 1;
  }
  return counts;
}

/** Of cohorts in which everybody has had the time, those who called within it: what is often called time to value. */
function measureActivators(columns: JourneyColumns, places: Uint32Array, asOf: number): Activators {
  const { t0 } = columns;
  const called = columns.steps.first_call;
  const times = collectTimes(places.length);
  let followed = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    const began = t0[place] ?? Number.NaN;
    if (!(began <= asOf - ACTIVATORS_MS)) continue;
    followed += 1;
    const time = Math.max(0, (called[place] ?? Number.NaN) - began);
    if (time <= ACTIVATORS_MS) times.add(time, EVENT);
  }
  const curve = kaplanMeier(censored({ observations: times.list() }));
  return { withinMs: ACTIVATORS_MS, followed, activated: curve.n, median: median(curve).estimate };
}
