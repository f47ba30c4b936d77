import { z } from 'zod';
import { DAY_MS } from '../../day.ts';
import { STEPS, type Step } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { countWithin } from './activation.ts';
import { auditFriction } from './friction-audit.ts';
import { EVERYBODY } from './insights-query.ts';
import { completeAt, type Quarter } from './quarter.ts';
import { compareQuarters } from './quarter-change.ts';
import { selectDevelopers } from './select-developers.ts';
import type { Count } from './shares.ts';

const whole = z.int().nonnegative();
const count = z.object({ k: whole, n: whole }).refine(({ k, n }) => k <= n);
const duration = z.number().nonnegative().nullable();
const transition = z.object({
  from: z.enum(STEPS),
  to: z.enum(STEPS),
  /** Within 14 days of t0: `k` of the `n` who got to `from`. */
  count,
  /** Until the quarter was complete; null is *not reached*. */
  dwell: z.object({ n: whole, median: duration, p90: duration }),
});

/**
 * What the figures of a complete quarter are, of everybody who began in it. Durations in milliseconds. Whatever changes
 * what a field means, or which steps there are, is a new version.
 */
export const quarterFindings = z.object({
  version: z.literal(1),
  /** Which version of what counts was in use. */
  definition: whole,
  developers: whole,
  calledWithin7d: count,
  calledWithin24h: count,
  liveWithin21d: count,
  transitions: z
    .array(transition)
    .refine((all) => STEPS.slice(1).every((to, at) => all[at]?.from === STEPS[at] && all[at]?.to === to)),
});
export type QuarterFindings = z.output<typeof quarterFindings>;

/**
 * Counts until the moment at which the quarter is complete, whenever it is asked: two answers differ only where what is
 * known of the quarter has changed. Nobody is censored before 21 days, so that F is k / n. O(developers).
 */
export function measureQuarter(
  columns: JourneyColumns,
  quarter: Quarter,
  definition: number,
): QuarterFindings {
  const asOf = completeAt(quarter);
  const query = { ...EVERYBODY, from: quarter.start, to: quarter.end };
  const { places } = selectDevelopers(columns, query, asOf);
  const { transitions } = auditFriction({ columns, places, query, asOf });
  const { steps } = compareQuarters(columns, places, asOf, quarter);
  const within = (step: Step, days: number) =>
    countWithin(columns, places, { step, ms: days * DAY_MS }, asOf);
  return {
    version: 1,
    definition,
    developers: places.length,
    calledWithin7d: within('first_call', 7),
    calledWithin24h: within('first_call', 1),
    liveWithin21d: within('live', 21),
    transitions: transitions.map(({ from, to, dwell }, at) => ({
      from,
      to,
      count: steps[at]?.current ?? { k: 0, n: 0 },
      dwell,
    })),
  };
}

type Transition = QuarterFindings['transitions'][number];

/** One share that a quarter is judged by. */
export interface Figure {
  /** By when, or of which way. */
  name: 'called_within_24h' | 'called_within_7d' | 'live_within_21d' | Pick<Transition, 'from' | 'to'>;
  count: Count;
  /** Of a way from step to step. */
  dwell: Transition['dwell'] | null;
}

/** All of them, always in the same order. */
export function listFigures(findings: QuarterFindings): Figure[] {
  return [
    { name: 'called_within_24h', count: findings.calledWithin24h, dwell: null },
    { name: 'called_within_7d', count: findings.calledWithin7d, dwell: null },
    { name: 'live_within_21d', count: findings.liveWithin21d, dwell: null },
    ...findings.transitions.map(({ from, to, count, dwell }) => ({ name: { from, to }, count, dwell })),
  ];
}
