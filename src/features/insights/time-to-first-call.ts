import { DAY_MS } from '../../day.ts';
import { compareSpeed, type SpeedComparison } from './compare-speed.ts';
import type { CsvCell } from './csv.ts';
import type { Insights } from './read-insights.ts';
import { measureSpeed, type Speed } from './speed.ts';
import { kaplanMeier, median, type QuantileEstimate } from './survival.ts';
import { type Clock, censored, waitingTimes } from './waiting-times.ts';

/** A share of all developers that is meant to get there within a time. */
export interface Target {
  withinMs: number;
  share: number;
}

/** Half of all developers call within a day; the same as a median of at most a day. */
export const FIRST_CALL_TARGET: Target = { withinMs: DAY_MS, share: 0.5 };
/**
 * One in five goes live within three weeks. Three weeks is what companies aim at; the share is ours to start with: most
 * of those who try an API never mean to run it. Put your own here.
 */
export const LIVE_TARGET: Target = { withinMs: 21 * DAY_MS, share: 0.2 };

export const TO_FIRST_CALL: Clock = { from: 't0', to: 'first_call' };

/** How long developers take to their first API call. Times and durations in milliseconds. */
export interface TimeToFirstCall {
  asOf: number;
  /** From t0. Those who have not called are in it, waiting until `asOf`. */
  everybody: Speed;
  /** The same from the moment the page was opened, for those of whom it is known. */
  fromVisit: { n: number; median: QuantileEstimate };
  /** Null where nothing is compared. */
  comparison: SpeedComparison | null;
}

export function timeToFirstCall({
  columns,
  places,
  asOf,
  query: { by },
}: Pick<Insights, 'columns' | 'places' | 'asOf' | 'query'>): TimeToFirstCall {
  const visits = waitingTimes(columns, places, { from: 'visited', to: 'first_call' }, asOf);
  return {
    asOf,
    everybody: measureSpeed(waitingTimes(columns, places, TO_FIRST_CALL, asOf)),
    fromVisit: { n: visits.n, median: median(kaplanMeier(censored(visits))) },
    comparison: by && compareSpeed(columns, places, { by, clock: TO_FIRST_CALL, asOf }),
  };
}

/** segment, time in seconds, at risk, events, share, lower, upper; a limit that is not defined is empty. */
export function* curvesAsRows({ everybody, comparison }: TimeToFirstCall): Generator<CsvCell[]> {
  const curves = comparison?.segments ?? [{ value: 'everybody', speed: everybody }];
  for (const { value, speed } of curves) {
    for (const { time, atRisk, events, share, band } of speed.steps) {
      yield [value, time / 1_000, atRisk, events, share, band?.lower ?? null, band?.upper ?? null];
    }
  }
}
