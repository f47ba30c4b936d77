import { type Drawn, PURPOSE } from './developer.ts';
import type { Population } from './population.ts';
import { chance, mix, mulberry32 } from './random.ts';

const HOUR_MS = 3_600_000;
const STALLED_MS = 48 * HOUR_MS;
const WITHIN_MS = 7 * 24 * HOUR_MS;

/** What a nudge would do, known for both arms: both are drawn from the same numbers. */
export interface PotentialOutcomes {
  /** The first time nothing had moved for 48 hours, milliseconds since 1970. */
  stalledAt: number;
  arm: 'nudged' | 'holdout';
  /** Whether the next step is taken within seven days of it, without a nudge and with one. */
  without: boolean;
  withNudge: boolean;
}

/** Null for who never stalls: live in one go, or never begun. Nobody is in fact nudged; the portal has to do that. */
export function potentialOutcomes(
  population: Population,
  { developer, hidden }: Drawn,
): PotentialOutcomes | null {
  const next = mulberry32(mix(hidden.seed, PURPOSE.nudge));
  const arm = chance(next, population.nudge.holdout) ? 'holdout' : 'nudged';
  const isMoved = chance(next, population.nudge.lift);
  const times = population.steps.map(({ name }) => developer.steps[name]);
  const at = times.findIndex((time, step) => {
    const following = times[step + 1] ?? Number.POSITIVE_INFINITY;
    return time !== null && step < times.length - 1 && following - time > STALLED_MS;
  });
  const last = times[at];
  if (last == null) return null;
  const stalledAt = last + STALLED_MS;
  const without = (times[at + 1] ?? Number.POSITIVE_INFINITY) <= stalledAt + WITHIN_MS;
  return { stalledAt, arm, without, withNudge: without || isMoved };
}
