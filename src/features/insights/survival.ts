/**
 * How long developers take, with those who are still waiting counted.
 *
 * Kaplan and Meier 1958; variance by Greenwood 1926; band and quantile limits as in R's survival package (Therneau), whose
 * results the golden cases in tests/fixtures hold. Any unit of time: what goes in comes out.
 */

import { Z } from './normal.ts';
import { countAll } from './risk-set.ts';

/** One developer: the event, or the last moment at which it had not happened yet. */
export interface Observation {
  /** From the anchor to the event or to the end of observation; finite, at least 0. */
  time: number;
  /** True for the event, false for a developer still waiting at `time` (censored). */
  event: boolean;
  /** When observation began, if it began after the anchor: before, the event could not have been seen. */
  entry?: number;
  /** How many developers it stands for, where they are told together; otherwise one. */
  count?: number;
}

export interface Band {
  lower: number;
  upper: number;
}

/** The curve just after one distinct event time. */
export interface SurvivalPoint {
  time: number;
  /** Under observation just before `time`; those censored exactly at `time` are among them. */
  atRisk: number;
  events: number;
  /** Share still waiting. */
  survival: number;
  /** Sum of d / (n (n − d)) up to here; the variance of ln S. Infinite once nobody is left. */
  logVariance: number;
}

export interface SurvivalCurve {
  n: number;
  events: number;
  /** Ascending, one for each distinct event time. */
  points: SurvivalPoint[];
  /** The longest time anybody was observed; 0 without observations. */
  lastTime: number;
}

/** A time with its 95 % limits; `null` is *not reached*. */
export interface QuantileEstimate {
  estimate: number | null;
  lower: number | null;
  upper: number | null;
}

/** A share with its 95 % limits; `band` is null where none is defined (nobody or everybody had the event). */
export interface ShareEstimate {
  share: number;
  band: Band | null;
}

export type BandKind = 'log-log' | 'log' | 'plain' | 'logit' | 'arcsin';

/** Products of fractions miss one half by rounding; R and SAS allow for it too. */
const SLACK = 1e-9;

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** Each band is ±z standard errors on another scale, mapped back: (S, standard error of ln S) → limits of S. */
const BANDS: Record<BandKind, (s: number, sigma: number) => Band> = {
  'log-log': (s, sigma) => {
    const factor = Math.exp((Z * sigma) / Math.abs(Math.log(s)));
    return { lower: s ** factor, upper: s ** (1 / factor) };
  },
  log: (s, sigma) => ({ lower: s * Math.exp(-Z * sigma), upper: Math.min(1, s * Math.exp(Z * sigma)) }),
  plain: (s, sigma) => ({ lower: clamp(s - Z * s * sigma), upper: clamp(s + Z * s * sigma) }),
  logit: (s, sigma) => {
    const odds = s / (1 - s);
    const factor = Math.exp((Z * sigma) / (1 - s));
    return { lower: odds / (odds + factor), upper: (odds * factor) / (1 + odds * factor) };
  },
  arcsin: (s, sigma) => {
    const angle = Math.asin(Math.sqrt(s));
    const half = (Z * sigma * Math.sqrt(s / (1 - s))) / 2;
    return {
      lower: Math.sin(Math.max(0, angle - half)) ** 2,
      upper: Math.sin(Math.min(Math.PI / 2, angle + half)) ** 2,
    };
  },
};

/**
 * S(t) = ∏ over event times t_j ≤ t of (1 − d_j / n_j), with n_j at risk just before t_j: entry < t_j ≤ time. At equal
 * times events come before censorings.
 *
 * @throws RangeError for a time that is negative or not finite
 */
export function kaplanMeier(observations: readonly Observation[]): SurvivalCurve {
  for (const { time } of observations) {
    if (!(time >= 0 && time < Number.POSITIVE_INFINITY)) throw new RangeError(`Not a duration: ${time}`);
  }
  const byTime = [...observations].sort((a, b) => a.time - b.time);
  const entries = observations
    .flatMap(({ entry, count = 1 }) => (entry === undefined ? [] : { entry, count }))
    .sort((a, b) => a.entry - b.entry);
  const points: SurvivalPoint[] = [];
  let survival = 1;
  let logVariance = 0;
  let entered = 0;
  let waiting = countAll(byTime) - countAll(entries);
  for (let left = 0; left < byTime.length; ) {
    const time = byTime[left]?.time ?? 0;
    for (; (entries[entered]?.entry ?? time) < time; entered += 1) waiting += entries[entered]?.count ?? 0;
    const atRisk = waiting;
    let events = 0;
    for (; byTime[left]?.time === time; left += 1) {
      const { event, count = 1 } = byTime[left] as Observation;
      if (event) events += count;
      waiting -= count;
    }
    if (events > 0 && atRisk >= events) {
      survival *= 1 - events / atRisk;
      logVariance += events / (atRisk * (atRisk - events));
      points.push({ time, atRisk, events, survival, logVariance });
    }
  }
  return {
    n: countAll(observations),
    events: countAll(points.map(({ events }) => ({ count: events }))),
    points,
    lastTime: byTime.at(-1)?.time ?? 0,
  };
}

/** Greenwood: SE(S) = S √Σ d / (n (n − d)); null once S is 0, where it is 0 · ∞. */
export function standardError(point: SurvivalPoint): number | null {
  return point.survival > 0 ? point.survival * Math.sqrt(point.logVariance) : null;
}

/** Pointwise 95 % limits of S. The product shows log-log: S^exp(±z σ / ln S), which stays within 0 and 1. */
export function survivalBand(point: SurvivalPoint, kind: BandKind = 'log-log'): Band | null {
  if (point.survival <= 0 || point.survival >= 1) return null;
  return BANDS[kind](point.survival, Math.sqrt(point.logVariance));
}

function pointAt(curve: SurvivalCurve, time: number): SurvivalPoint | undefined {
  let low = 0;
  let high = curve.points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve.points[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return curve.points[low - 1];
}

/** Nobody was watched for that long, and somebody was still waiting when the watching ended. */
const beyondData = (curve: SurvivalCurve, time: number) =>
  time > curve.lastTime && (curve.points.at(-1)?.survival ?? 1) > 0;

/**
 * F(t) = 1 − S(t), the share with the event within `time` (inclusive), its log-log band mirrored. Null when nobody was
 * observed for so long: the curve says nothing there.
 */
export function shareWithin(curve: SurvivalCurve, time: number): ShareEstimate | null {
  if (curve.n === 0 || beyondData(curve, time)) return null;
  const point = pointAt(curve, time);
  const band = point ? survivalBand(point) : null;
  return {
    share: 1 - (point?.survival ?? 1),
    band: band && { lower: 1 - band.upper, upper: 1 - band.lower },
  };
}

/**
 * The first time a falling step function is below `level`; the middle of the step that lies exactly on it. The last step
 * reaches as far as anybody was observed (R's quantile.survfit).
 */
function crossing(
  steps: readonly { time: number; value: number }[],
  level: number,
  end: number,
): number | null {
  const first = steps.findIndex(({ value }) => value < level + SLACK);
  const step = steps[first];
  if (!step) return null;
  if (Math.abs(step.value - level) > SLACK) return step.time;
  const next = steps.slice(first).find(({ value }) => value < step.value - SLACK);
  return (step.time + (next?.time ?? end)) / 2;
}

/**
 * The time by which a share `p` has had the event: the smallest t with S(t) < 1 − p, or the midpoint of the step where S
 * equals it (R, SAS). Limits by Brookmeyer and Crowley 1982: the times at which the band crosses the same level.
 */
export function quantile(curve: SurvivalCurve, p: number, kind: BandKind = 'log-log'): QuantileEstimate {
  const bands = curve.points.map((point) => ({ time: point.time, band: survivalBand(point, kind) }));
  const limit = (side: keyof Band) =>
    bands.flatMap(({ time, band }) => (band ? [{ time, value: band[side] }] : []));
  const survival = curve.points.map((point) => ({ time: point.time, value: point.survival }));
  const at = (steps: { time: number; value: number }[]) => crossing(steps, 1 - p, curve.lastTime);
  return { estimate: at(survival), lower: at(limit('lower')), upper: at(limit('upper')) };
}

export function median(curve: SurvivalCurve): QuantileEstimate {
  return quantile(curve, 0.5);
}

/**
 * Restricted mean: ∫ S from 0 to `horizon`, the mean time spent waiting within the horizon, in the unit of the times.
 * Null when nobody was observed for so long.
 */
export function restrictedMean(curve: SurvivalCurve, horizon: number): number | null {
  if (curve.n === 0 || beyondData(curve, horizon)) return null;
  let area = 0;
  let from = 0;
  let height = 1;
  for (const { time, survival } of curve.points) {
    if (time >= horizon) break;
    area += height * (time - from);
    from = time;
    height = survival;
  }
  return area + height * (horizon - from);
}
