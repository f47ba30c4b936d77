import type { Context } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import {
  countExcluded,
  countExcludedCalls,
  type DeveloperTimes,
  listCountedDevelopers,
} from './insights-store.ts';
import {
  kaplanMeier,
  median,
  type QuantileEstimate,
  restrictedMean,
  type ShareEstimate,
  type SurvivalCurve,
  shareWithin,
} from './survival.ts';

/** Half of all developers call within a day; the same as a median of at most a day. */
export const FIRST_CALL_TARGET = { withinMs: DAY_MS, share: 0.5 };

/** The times at which the curve is also told in numbers. */
const MARKS_MS = [10_000, 60_000, 600_000, 3_600_000, DAY_MS, 7 * DAY_MS, 21 * DAY_MS];

/** The share that has called within `time`, and how many were watched for at least so long. */
export interface Mark extends ShareEstimate {
  time: number;
  watched: number;
}

/** How long developers take to their first API call. Times and durations in milliseconds. */
export interface TimeToFirstCall {
  asOf: number;
  /** Everybody with a first act of intent, excluded ones aside. */
  developers: number;
  called: number;
  calledFromOwnMachine: number;
  /** Whose integration is live now, and whose was. */
  live: { now: number; lapsed: number };
  excluded: { reason: string; n: number }[];
  /** Calls of those who count that a rule leaves out. */
  excludedCalls: number;
  /** First calls that were seen before the developer's t0; counted as 0. */
  negative: number;
  /** From t0. Those who have not called are in it, waiting until `asOf`. */
  curve: SurvivalCurve;
  /** F(24 h); null while nobody has been observed for a day. */
  withinDay: ShareEstimate | null;
  median: QuantileEstimate;
  /** The curve at round times, as far as anybody has been observed, and where it ends. */
  marks: Mark[];
  /** Mean of min(time, 24 h); null while nobody has been observed for a day. */
  meanWithinDay: number | null;
  /** The same from the moment the page was opened, for those of whom it is known. */
  fromVisit: { n: number; median: QuantileEstimate };
}

/** A call after `asOf` has not happened yet; a negative duration becomes 0. */
function observe(anchor: number, reachedAt: number | null, asOf: number) {
  const event = reachedAt !== null && reachedAt <= asOf;
  return { time: Math.max(0, (event ? reachedAt : asOf) - anchor), event };
}

export function summarise(
  rows: readonly DeveloperTimes[],
  asOf: number,
): Omit<TimeToFirstCall, 'excluded' | 'excludedCalls'> {
  const curve = kaplanMeier(rows.map(({ t0, firstCallAt }) => observe(t0, firstCallAt, asOf)));
  const times = [...new Set([...MARKS_MS.filter((time) => time < curve.lastTime), curve.lastTime])];
  const marks = times.flatMap((time) => {
    const share = shareWithin(curve, time);
    return share ? { ...share, time, watched: rows.filter(({ t0 }) => asOf - t0 >= time).length } : [];
  });
  const visits = rows.flatMap(({ firstVisitAt, firstCallAt }) =>
    firstVisitAt === null ? [] : observe(firstVisitAt, firstCallAt, asOf),
  );
  return {
    asOf,
    developers: rows.length,
    called: curve.events,
    calledFromOwnMachine: rows.filter((row) => row.ownMachineCallAt !== null && row.ownMachineCallAt <= asOf)
      .length,
    live: {
      now: rows.filter((row) => row.liveSince !== null && row.liveLapsedAt === null).length,
      lapsed: rows.filter((row) => row.liveLapsedAt !== null).length,
    },
    negative: rows.filter((row) => row.firstCallAt !== null && row.firstCallAt < row.t0).length,
    curve,
    withinDay: shareWithin(curve, DAY_MS),
    median: median(curve),
    marks,
    meanWithinDay: restrictedMean(curve, DAY_MS),
    fromVisit: { n: visits.length, median: median(kaplanMeier(visits)) },
  };
}

export async function timeToFirstCall(ctx: Context): Promise<TimeToFirstCall> {
  const asOf = ctx.now();
  const [rows, excluded, excludedCalls] = await Promise.all([
    listCountedDevelopers(ctx.db),
    countExcluded(ctx.db),
    countExcludedCalls(ctx.db),
  ]);
  return { ...summarise(rows, asOf), excluded, excludedCalls };
}
