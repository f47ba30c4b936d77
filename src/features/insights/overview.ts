import type { Context } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { type Activated, type ActivationWeek, activationByWeek, measureActivation } from './activation.ts';
import { cumulativeIncidence, incidenceWithin } from './competing-risks.ts';
import { countExcluded, countExcludedCalls, countLive, type LiveCounts } from './insights-store.ts';
import type { Insights } from './read-insights.ts';
import { countAll } from './risk-set.ts';
import { measureSpeed, type Speed } from './speed.ts';
import type { ShareEstimate } from './survival.ts';
import { FIRST_CALL_TARGET, LIVE_TARGET, type Target, TO_FIRST_CALL } from './time-to-first-call.ts';
import { type Clock, REACHED, waitingTimes } from './waiting-times.ts';

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
  excluded: { reason: string; n: number }[];
  excludedCalls: number;
}

const TO_LIVE: Clock = { from: 't0', to: 'live' };
const ACTIVATORS_MS = 14 * DAY_MS;

type Selected = Pick<Insights, 'columns' | 'places' | 'asOf' | 'query'>;

export async function overview(ctx: Pick<Context, 'db' | 'config'>, insights: Insights): Promise<Overview> {
  const [liveNow, excluded, excludedCalls] = await Promise.all([
    countLive(ctx.db, insights.query, insights.asOf),
    countExcluded(ctx.db),
    countExcludedCalls(ctx.db),
  ]);
  return { ...summarise(insights, ctx.config.reportingZone), liveNow, excluded, excludedCalls };
}

/** What memory knows of it. */
export function summarise(
  { columns, places, asOf, query }: Selected,
  zone: string,
): Omit<Overview, 'liveNow' | 'excluded' | 'excludedCalls'> {
  const until = Math.min(asOf, (query.to ?? Number.POSITIVE_INFINITY) - 1);
  const firstCall = timeToValue(columns, places, TO_FIRST_CALL, asOf, FIRST_CALL_TARGET);
  return {
    asOf,
    developers: places.length,
    called: firstCall.events,
    calledFromOwnMachine: upTo(columns.steps.own_machine, places, asOf).length,
    activation: {
      ...measureActivation(columns, places, asOf),
      weeks: activationByWeek(columns, places, { until, asOf, zone }),
    },
    firstCall,
    live: timeToValue(columns, places, TO_LIVE, asOf, LIVE_TARGET),
    activators: measureActivators(columns, places, asOf),
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

/** Those to whom it happened by then. A plain loop: filters of typed arrays take ten times as long. */
function upTo(times: Float64Array, places: Uint32Array, latest: number): Uint32Array {
  const found = new Uint32Array(places.length);
  let n = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    if ((times[place] ?? Number.NaN) <= latest) found[n++] = place;
  }
  return found.subarray(0, n);
}

/** Of cohorts in which everybody has had the time, those who called within it: what is often called time to value. */
function measureActivators(columns: JourneyColumns, places: Uint32Array, asOf: number): Activators {
  const mature = upTo(columns.t0, places, asOf - ACTIVATORS_MS);
  const times = waitingTimes(columns, mature, TO_FIRST_CALL, asOf)
    .observations.filter(({ time, cause }) => cause === REACHED && time <= ACTIVATORS_MS)
    .sort((a, b) => a.time - b.time);
  const activated = countAll(times);
  const middle =
    activated === 0
      ? null
      : (timeOfRank(times, Math.floor((activated - 1) / 2)) + timeOfRank(times, Math.floor(activated / 2))) /
        2;
  return { withinMs: ACTIVATORS_MS, followed: mature.length, activated, median: middle };
}

/** The time of the developer with so many before them. */
function timeOfRank(ascending: readonly { time: number; count?: number }[], rank: number): number {
  let passed = 0;
  for (const { time, count = 1 } of ascending) {
    passed += count;
    if (passed > rank) return time;
  }
  return 0;
}
