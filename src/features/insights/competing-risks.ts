/**
 * The share with one kind of event where another kind can come first: a developer who closes the account will never call,
 * and is not somebody still waiting.
 *
 * Aalen and Johansen 1978; variance as in Marubini and Valsecchi 1995, section 10.3 (delta method), which is Greenwood's
 * where nothing competes. Any unit of time: what goes in comes out.
 */
import { countAll, riskSet, type Watched } from './risk-set.ts';
import { type Band, type ShareEstimate, survivalBand } from './survival.ts';

/** One developer: the first event of any cause, or the last moment without one. */
export interface CompetingObservation extends Watched {
  /** Which event ended the waiting; null for a developer still waiting at `time` (censored). */
  cause: string | null;
}

/** Just after one distinct time of an event of any cause. */
export interface IncidencePoint {
  time: number;
  /** Under observation just before `time`; those censored exactly at `time` are among them. */
  atRisk: number;
  /** Events of the cause asked for. */
  events: number;
  /** Share with the event of this cause by now. */
  incidence: number;
  variance: number;
  /** Share without an event of any cause. */
  eventFree: number;
}

export interface IncidenceCurve {
  n: number;
  events: number;
  points: IncidencePoint[];
  /** The longest time anybody was observed; 0 without observations. */
  lastTime: number;
}

/** Distinct event times, ascending, with the events of any cause and those of the one asked for. */
function countEvents(observations: readonly CompetingObservation[], cause: string) {
  const counts = new Map<number, { all: number; own: number }>();
  for (const { time, cause: actual, count = 1 } of observations) {
    if (actual === null) continue;
    const { all, own } = counts.get(time) ?? { all: 0, own: 0 };
    counts.set(time, { all: all + count, own: own + (actual === cause ? count : 0) });
  }
  return [...counts].map(([time, count]) => ({ time, ...count })).sort((a, b) => a.time - b.time);
}

/**
 * F(t) = Σ over t_j ≤ t of S(t_j−) d_j / n_j, with d_j events of this cause, n_j at risk just before t_j, and S the
 * Kaplan–Meier curve of the events of all causes, D_j of them. Var F(t) = Σ (F(t) − F_j)² D_j / (n_j (n_j − D_j)) +
 * Σ S(t_j−)² d_j (n_j − d_j) / n_j³ − 2 Σ (F(t) − F_j) S(t_j−) d_j / n_j²; its squares are multiplied out, so that one
 * pass is enough.
 *
 * @throws RangeError for a time that is negative or not finite, or an entry that is not before it
 */
export function cumulativeIncidence(
  observations: readonly CompetingObservation[],
  cause: string,
): IncidenceCurve {
  const atRiskAt = riskSet(observations);
  const points: IncidencePoint[] = [];
  let eventFree = 1;
  let incidence = 0;
  let constant = 0;
  let linear = 0;
  let square = 0;
  for (const { time, all, own } of countEvents(observations, cause)) {
    const atRisk = atRiskAt(time);
    const jump = (eventFree * own) / atRisk;
    incidence += jump;
    // Once nobody is left F stays where it is, and the infinite hazard variance is multiplied by zero for good.
    const hazard = atRisk > all ? all / (atRisk * (atRisk - all)) : 0;
    const cross = jump / atRisk;
    const spread = (jump * eventFree * (atRisk - own)) / atRisk ** 2;
    constant += incidence ** 2 * hazard + 2 * incidence * cross + spread;
    linear += incidence * hazard + cross;
    square += hazard;
    eventFree *= 1 - all / atRisk;
    const variance = Math.max(0, incidence ** 2 * square - 2 * incidence * linear + constant);
    points.push({ time, atRisk, events: own, incidence, variance, eventFree });
  }
  return {
    n: countAll(observations),
    events: points.reduce((sum, { events }) => sum + events, 0),
    points,
    lastTime: observations.reduce((last, { time }) => Math.max(last, time), 0),
  };
}

/**
 * The share with the event of this cause within `time` (inclusive), its 95 % band log-log of 1 − F like that of the
 * Kaplan–Meier curve. Null when nobody was observed for so long and somebody was still waiting.
 */
export function incidenceWithin(curve: IncidenceCurve, time: number): ShareEstimate | null {
  const ended = curve.points.at(-1)?.eventFree === 0;
  if (curve.n === 0 || (time > curve.lastTime && !ended)) return null;
  const point = curve.points.findLast((each) => each.time <= time);
  return point
    ? { share: Math.min(1, point.incidence), band: incidenceBand(point) }
    : { share: 0, band: null };
}

/** Sums of fractions miss one by rounding. */
const SLACK = 1e-9;

/** Pointwise 95 % limits of the share; null where none are defined: nobody or everybody had the event. */
export function incidenceBand(point: IncidencePoint): Band | null {
  const rest = 1 - point.incidence;
  if (rest < SLACK) return null;
  const band = survivalBand({ ...point, survival: rest, logVariance: point.variance / rest ** 2 });
  return band && { lower: 1 - band.upper, upper: 1 - band.lower };
}
