import { sayDuration } from '../../duration.ts';
import type { ActivationWeek } from '../../features/insights/activation.ts';
import {
  FEWEST_COMPARED,
  FEWEST_SHOWN,
  MOST_SEGMENTS,
  type SpeedComparison,
  type SpeedPair,
} from '../../features/insights/compare-speed.ts';
import type { Attainment } from '../../features/insights/overview.ts';
import type { Difference } from '../../features/insights/shares.ts';
import type { Speed } from '../../features/insights/speed.ts';
import type { ShareEstimate } from '../../features/insights/survival.ts';
import { FIRST_CALL_TARGET, type Target } from '../../features/insights/time-to-first-call.ts';
import {
  sayBy,
  sayCount,
  sayPoints,
  sayShare,
  sayShareRange,
  saySigned,
  sayTimeRange,
  sayValue,
} from './say.ts';

/** How fast developers are, in sentences. */

const SPACE = '\u00a0';

/** “+21 points (95 % interval +10 to +31)”. */
export function sayPointsRange({ difference, band }: Difference): string {
  const [lower, upper] = [band.lower, band.upper].map((share) => saySigned(share * 100));
  return `${sayPoints(difference)} (95${SPACE}% interval ${lower} to ${upper})`;
}

/** “3.1 h less (95 % interval 6 h less to 0.2 h more)”: of waiting, where less is faster. */
export function sayLonger({ difference, band }: Difference): string {
  const say = (ms: number) =>
    ms === 0 ? 'nothing' : `${sayDuration(Math.abs(ms))} ${ms < 0 ? 'less' : 'more'}`;
  return `${say(difference)} (95${SPACE}% interval ${say(band.lower)} to ${say(band.upper)})`;
}

export function sayP(p: number): string {
  return p < 0.001
    ? `p${SPACE}<${SPACE}0.001`
    : `p${SPACE}=${SPACE}${p < 0.1 ? p.toPrecision(1) : p.toFixed(2)}`;
}

/** “20 h”, or “not reached (38 % by day 9)”. */
export function sayMedian({ median, share, lastTime }: Pick<Speed, 'median' | 'share' | 'lastTime'>): string {
  if (median.estimate !== null) return sayDuration(median.estimate);
  return `not reached (${sayShare(share)} ${sayBy(lastTime)})`;
}

/** “95 % interval 2 h to not reached”; nothing where neither limit is known, which the median says already. */
export function sayMedianRange({ median }: Pick<Speed, 'median'>): string {
  return median.lower === null && median.upper === null ? '' : `95${SPACE}% interval ${sayTimeRange(median)}`;
}

export function sayBand(estimate: ShareEstimate): string {
  return estimate.band ? `95${SPACE}% interval ${sayShareRange(estimate.band)}` : `no interval`;
}

/** What the curve is drawn for. */
export function sayFinding({ withinDay, share, lastTime }: Speed): string {
  const { share: wanted, withinMs } = FIRST_CALL_TARGET;
  return withinDay
    ? `${sayShare(withinDay.share)} call within ${sayDuration(withinMs)}; the target is ${sayShare(wanted)}.`
    : `${sayShare(share)} have called ${sayBy(lastTime)}; the target is ${sayShare(wanted)} within ${sayDuration(withinMs)}.`;
}

/** “Target 50 %: 12 points short.” */
export function sayAttainment(attainment: Attainment, within: ShareEstimate | null, target: Target): string {
  const goal = `Target ${sayShare(target.share)} within ${sayDuration(target.withinMs)}`;
  if (!within || attainment === null) return `${goal}: not known yet.`;
  const points = Math.round(Math.abs(within.share - target.share) * 100);
  const gap = `${points}${SPACE}${points === 1 ? 'point' : 'points'}`;
  if (attainment === 'met') return `${goal}: met, by ${gap}.`;
  if (attainment === 'missed') return `${goal}: ${gap} short.`;
  return `${goal}: not settled, as it lies within the interval.`;
}

/** The effect of the two that differ most, before any test. */
export function sayEffect(pair: SpeedPair, { segments }: SpeedComparison): string {
  const within = (value: string) => segments.find((segment) => segment.value === value)?.speed.withinDay;
  const [first, second] = [within(pair.first), within(pair.second)];
  if (!pair.withinDay || !first || !second)
    return 'The difference within 24 h is not known: nobody, or everybody, of one segment has called by then, or nobody has been here for so long.';
  return `Within 24 h, ${sayShare(first.share)} of “${sayValue(pair.first)}” have called and ${sayShare(second.share)} of “${sayValue(pair.second)}”: ${sayPointsRange(pair.withinDay)}.`;
}

export function sayTest({ segments, test }: SpeedComparison): string {
  const compared = segments.filter((segment) => segment.compared).length;
  if (!test)
    return `Nothing is tested: that takes two segments with at least ${FEWEST_COMPARED.developers} developers and ${FEWEST_COMPARED.events} first calls each.`;
  return `Log-rank test of ${compared} segments: ${sayP(test.p)} (χ²${SPACE}=${SPACE}${test.chiSquare.toFixed(1)}, df${SPACE}=${SPACE}${test.df}).`;
}

/** What is not in the picture; nothing where everything is. */
export function sayLeftOut({ rest, hidden }: SpeedComparison): string {
  const drawn =
    rest.segments > 0 &&
    `The ${MOST_SEGMENTS} largest segments are drawn; ${sayCount(rest.segments)} more with ${sayCount(rest.developers)} developers ${rest.segments === 1 ? 'is' : 'are'} not.`;
  const small =
    hidden > 0 &&
    `${sayCount(hidden)} ${hidden === 1 ? 'segment' : 'segments'} with fewer than ${FEWEST_SHOWN} developers ${hidden === 1 ? 'is' : 'are'} not shown.`;
  return [drawn, small].filter(Boolean).join(' ');
}

export function sayCaveat({ pairs }: SpeedComparison): string {
  const crossing = pairs.some(({ crosses }) => crosses)
    ? ', and of curves that cross none is the faster: there the mean wait within 7 days says more than the test'
    : '';
  return `This is an association: chance did not decide who is in which segment, and whatever else sets them apart is in the difference too${crossing}.`;
}

/** “12 of 40”: how many of a week have been there for 7 days. */
export function sayFollowed({ count, developers }: Pick<ActivationWeek, 'count' | 'developers'>): string {
  return `${sayCount(count.n)} of ${sayCount(developers)}`;
}
