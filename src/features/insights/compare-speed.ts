import { DAY_MS } from '../../day.ts';
import type { Dimension } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { logRank } from './log-rank.ts';
import { holm } from './multiple-comparisons.ts';
import { differenceOfMeans } from './restricted-mean.ts';
import { segmentsOf } from './select-developers.ts';
import { type Difference, differenceOf } from './shares.ts';
import { measureSpeed, type Speed } from './speed.ts';
import { kaplanMeier, type Observation, type ShareEstimate, type SurvivalCurve } from './survival.ts';
import { type Clock, censored, waitingTimes } from './waiting-times.ts';

/** More curves than these cannot be told apart. */
export const MOST_SEGMENTS = 4;
/** Fewer would be figures about persons. */
export const FEWEST_SHOWN = 5;
/** With fewer a test says nothing, in either direction. */
export const FEWEST_COMPARED = { developers: 30, events: 10 };
/** Below this the two shares are one line on the page. */
const CROSSING = 0.05;

export interface SegmentSpeed {
  /** As the address has it; `unknown` where it is not known. */
  value: string;
  speed: Speed;
  /** Large enough to be in the test. */
  compared: boolean;
}

export interface SpeedPair {
  /** Values of two segments: differences are the first minus the second. */
  first: string;
  second: string;
  /** Of F(24 h), with 95 % limits; null where a share has none. */
  withinDay: Difference | null;
  /** Of the mean wait within 7 days, in milliseconds, where the curves cross; null where they do not, or it is not known. */
  meanWithinWeek: Difference | null;
  /** Each is ahead at some time, by at least 5 points: one number cannot say who is faster. */
  crosses: boolean;
  /** Log-rank of the two, adjusted by Holm for the number of pairs. */
  p: number | null;
}

export interface SpeedComparison {
  by: Dimension;
  /** The largest ones, largest first. */
  segments: SegmentSpeed[];
  /** What is too much for one picture. */
  rest: { segments: number; developers: number };
  /** How many segments have too few developers to be shown at all. */
  hidden: number;
  /** Log-rank of all that are compared; null with fewer than two. */
  test: { chiSquare: number; df: number; p: number } | null;
  /** Every two that are compared, the largest difference within 24 h first. */
  pairs: SpeedPair[];
}

interface Watched {
  value: string;
  observations: Observation[];
  curve: SurvivalCurve;
  withinDay: ShareEstimate | null;
}

/** Which segments are faster: curves of up to four, and for those that are large enough the effect before the test. */
export function compareSpeed(
  columns: JourneyColumns,
  places: Uint32Array,
  { by, clock, asOf }: { by: Dimension; clock: Clock; asOf: number },
): SpeedComparison {
  const all = segmentsOf(columns, places, by);
  const shown = all.filter((segment) => segment.places.length >= FEWEST_SHOWN);
  const measured = shown.slice(0, MOST_SEGMENTS).map(({ value, places: own }) => {
    const times = waitingTimes(columns, own, clock, asOf);
    const speed = measureSpeed(times);
    const compared = speed.n >= FEWEST_COMPARED.developers && speed.events >= FEWEST_COMPARED.events;
    return { value, speed, compared, observations: censored(times) };
  });
  const watched = measured
    .filter(({ compared }) => compared)
    .map(({ value, speed, observations }) => ({
      value,
      observations,
      curve: kaplanMeier(observations),
      withinDay: speed.withinDay,
    }));
  const rest = shown.slice(MOST_SEGMENTS);
  return {
    by,
    segments: measured.map(({ value, speed, compared }) => ({ value, speed, compared })),
    rest: { segments: rest.length, developers: rest.reduce((sum, one) => sum + one.places.length, 0) },
    hidden: all.length - shown.length,
    test: testOf(watched),
    pairs: pairsOf(watched),
  };
}

function testOf(watched: readonly Watched[]): SpeedComparison['test'] {
  const result = watched.length < 2 ? null : logRank(watched.map(({ observations }) => observations));
  return result && { chiSquare: result.chiSquare, df: result.df, p: result.p };
}

function pairsOf(watched: readonly Watched[]): SpeedPair[] {
  const pairs = watched.flatMap((first, i) =>
    watched.slice(i + 1).map((second) => compareTwo(first, second)),
  );
  const tested = pairs.filter(({ p }) => p !== null);
  const adjusted = holm(tested.map(({ p }) => p ?? 1));
  for (const [i, pair] of tested.entries()) pair.p = adjusted[i] ?? null;
  const size = ({ withinDay }: SpeedPair) => Math.abs(withinDay?.difference ?? 0);
  return pairs.sort((a, b) => size(b) - size(a));
}

function compareTwo(first: Watched, second: Watched): SpeedPair {
  const crosses = doCross(first.curve, second.curve);
  const [a, b] = [first.withinDay, second.withinDay];
  return {
    first: first.value,
    second: second.value,
    withinDay:
      a?.band && b?.band
        ? differenceOf({ share: a.share, band: a.band }, { share: b.share, band: b.band })
        : null,
    meanWithinWeek: crosses ? differenceOfMeans(first.curve, second.curve, 7 * DAY_MS) : null,
    crosses,
    p: logRank([first.observations, second.observations])?.p ?? null,
  };
}

/** As far as both were watched. */
function doCross(a: SurvivalCurve, b: SurvivalCurve): boolean {
  const end = Math.min(a.lastTime, b.lastTime);
  let [i, j, most, least] = [0, 0, 0, 0];
  let [ofA, ofB] = [1, 1];
  for (;;) {
    const [nextA, nextB] = [a.points[i], b.points[j]];
    const time = Math.min(nextA?.time ?? Number.POSITIVE_INFINITY, nextB?.time ?? Number.POSITIVE_INFINITY);
    if (!(time <= end)) return most >= CROSSING && least <= -CROSSING;
    if (nextA?.time === time) [ofA, i] = [nextA.survival, i + 1];
    if (nextB?.time === time) [ofB, j] = [nextB.survival, j + 1];
    most = Math.max(most, ofA - ofB);
    least = Math.min(least, ofA - ofB);
  }
}
