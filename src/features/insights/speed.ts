import { DAY_MS } from '../../day.ts';
import { cumulativeIncidence, incidenceBand, incidenceWithin } from './competing-risks.ts';
import { riskSet } from './risk-set.ts';
import {
  type Band,
  kaplanMeier,
  median,
  type QuantileEstimate,
  restrictedMean,
  type ShareEstimate,
} from './survival.ts';
import { censored, REACHED, type WaitingTimes } from './waiting-times.ts';

/** The times at which a curve is also told in numbers. Milliseconds. */
export const MARKS_MS = [
  1_000,
  10_000,
  60_000,
  600_000,
  3_600_000,
  DAY_MS,
  7 * DAY_MS,
  21 * DAY_MS,
  90 * DAY_MS,
  365 * DAY_MS,
] as const;

/** The share just after a time at which somebody got there. */
export interface SpeedStep {
  time: number;
  /** Still waiting, and watched, just before. */
  atRisk: number;
  events: number;
  share: number;
  /** 95 % limits, log-log; null while nobody, or once everybody, got there. */
  band: Band | null;
}

/** The share within `time`, that moment included. */
export interface Mark extends ShareEstimate {
  time: number;
  atRisk: number;
}

/** How fast some developers are, as plain numbers. Times and durations in milliseconds. */
export interface Speed {
  n: number;
  events: number;
  /** Who went before. For shares they will never get there; for medians and means no more is known of them. */
  closed: number;
  /** Got there before the clock began; they count as 0. */
  negative: number;
  /** Aalen–Johansen, ascending. Where nobody went this is 1 − S of Kaplan and Meier. */
  steps: SpeedStep[];
  /** The longest time anybody was watched. */
  lastTime: number;
  /** At `lastTime`. */
  share: number;
  /** At round times, as far as anybody was watched, and at `lastTime`. */
  marks: Mark[];
  /** F(24 h), F(7 d) and F(21 d); null while nobody has been watched for so long. */
  withinDay: ShareEstimate | null;
  withinWeek: ShareEstimate | null;
  withinThreeWeeks: ShareEstimate | null;
  /** Kaplan–Meier with the limits of Brookmeyer and Crowley; null is *not reached*. */
  median: QuantileEstimate;
  /** Mean of min(time, 24 h); null while nobody has been watched for a day. */
  meanWithinDay: number | null;
}

/** Shares by Aalen and Johansen, everything about speed by Kaplan and Meier. */
export function measureSpeed(times: WaitingTimes): Speed {
  const { n, events, closed, negative, observations } = times;
  const curve = kaplanMeier(censored(times));
  const incidence = cumulativeIncidence(observations, REACHED);
  const within = (time: number) => incidenceWithin(incidence, time);
  const { lastTime } = curve;
  const steps = incidence.points.flatMap((point) =>
    point.events === 0
      ? []
      : {
          time: point.time,
          atRisk: point.atRisk,
          events: point.events,
          share: Math.min(1, point.incidence),
          band: incidenceBand(point),
        },
  );
  const atRisk = riskSet(observations);
  const marks = [...MARKS_MS.filter((time) => time < lastTime), lastTime].flatMap((time) => {
    const share = within(time);
    return share ? { ...share, time, atRisk: atRisk(time) } : [];
  });
  return {
    n,
    events,
    closed,
    negative,
    steps,
    lastTime,
    share: steps.at(-1)?.share ?? 0,
    marks,
    withinDay: within(DAY_MS),
    withinWeek: within(7 * DAY_MS),
    withinThreeWeeks: within(21 * DAY_MS),
    median: median(curve),
    meanWithinDay: restrictedMean(curve, DAY_MS),
  };
}
