import type { Context } from '../../context.ts';
import { countExcluded, type DeveloperTimes, listCountedDevelopers } from './insights-store.ts';
import {
  kaplanMeier,
  median,
  type QuantileEstimate,
  restrictedMean,
  type ShareEstimate,
  type SurvivalCurve,
  shareWithin,
} from './survival.ts';

export const DAY_MS = 86_400_000;

/** Half of all developers call within a day; the same as a median of at most a day. */
export const FIRST_CALL_TARGET = { withinMs: DAY_MS, share: 0.5 };

/** How long developers take to their first API call. Times and durations in milliseconds. */
export interface TimeToFirstCall {
  asOf: number;
  /** Everybody with a first act of intent, excluded ones aside. */
  developers: number;
  called: number;
  calledFromOwnMachine: number;
  excluded: { reason: string; n: number }[];
  /** First calls that were seen before the developer's t0; counted as 0. */
  negative: number;
  /** From t0. Those who have not called are in it, waiting until `asOf`. */
  curve: SurvivalCurve;
  /** F(24 h); null while nobody has been observed for a day. */
  withinDay: ShareEstimate | null;
  median: QuantileEstimate;
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

export function summarise(rows: readonly DeveloperTimes[], asOf: number): Omit<TimeToFirstCall, 'excluded'> {
  const curve = kaplanMeier(rows.map(({ t0, firstCallAt }) => observe(t0, firstCallAt, asOf)));
  const visits = rows.flatMap(({ firstVisitAt, firstCallAt }) =>
    firstVisitAt === null ? [] : observe(firstVisitAt, firstCallAt, asOf),
  );
  return {
    asOf,
    developers: rows.length,
    called: curve.events,
    calledFromOwnMachine: rows.filter((row) => row.ownMachineCallAt !== null && row.ownMachineCallAt <= asOf)
      .length,
    negative: rows.filter((row) => row.firstCallAt !== null && row.firstCallAt < row.t0).length,
    curve,
    withinDay: shareWithin(curve, DAY_MS),
    median: median(curve),
    meanWithinDay: restrictedMean(curve, DAY_MS),
    fromVisit: { n: visits.length, median: median(kaplanMeier(visits)) },
  };
}

export async function timeToFirstCall(ctx: Context): Promise<TimeToFirstCall> {
  const asOf = ctx.now();
  const [rows, excluded] = await Promise.all([listCountedDevelopers(ctx.db), countExcluded(ctx.db)]);
  return { ...summarise(rows, asOf), excluded };
}
