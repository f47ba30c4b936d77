import { DAY_MS } from '../../day.ts';
import { LAST } from './furthest-step.ts';
import type { Insights } from './read-insights.ts';
import { riskSet } from './risk-set.ts';
import { stepDwells } from './step-dwell.ts';
import { kaplanMeier, type SurvivalCurve, shareWithin } from './survival.ts';
import { censored } from './waiting-times.ts';

/** How likely somebody who stands at a step takes the next one soon. */
export interface NextStepChance {
  /**
   * P = (F(w + 7 d) − F(w)) / (1 − F(w)), with F the Kaplan–Meier share of those who stood at the same step and had taken
   * the next one within so long, and w how long this one has been there, in milliseconds. Null where fewer than
   * KNOWN_FROM others were there for longer than w, or nobody for w and seven days; and at the last step.
   */
  of(step: number, waited: number): number | null;
}

export const CHANCE_WITHIN_MS = 7 * DAY_MS;
export const KNOWN_FROM = 30;
/** A curve of so many tells a chance to within a point or two, in a few milliseconds. */
const SAMPLED = 10_000;

/** Of these developers, or of every k-th where there are many. */
export function nextStepChance({
  columns,
  places,
  asOf,
}: Pick<Insights, 'columns' | 'places' | 'asOf'>): NextStepChance {
  const known = stepDwells(columns, sample(places), asOf).map((dwell) => ({
    atRisk: riskSet(dwell.observations),
    curve: kaplanMeier(censored(dwell)),
  }));
  return {
    of(step, waited) {
      const found = step < LAST ? known[step] : undefined;
      // At risk a millisecond later: there for longer than this one.
      return found && found.atRisk(waited + 1) >= KNOWN_FROM ? chance(found.curve, waited) : null;
    },
  };
}

function chance(curve: SurvivalCurve, waited: number): number | null {
  const before = shareWithin(curve, waited);
  const after = shareWithin(curve, waited + CHANCE_WITHIN_MS);
  if (!before || !after || before.share >= 1) return null;
  return (after.share - before.share) / (1 - before.share);
}

function sample(places: Uint32Array): Uint32Array {
  const stride = Math.max(1, Math.ceil(places.length / SAMPLED));
  return Uint32Array.from({ length: Math.ceil(places.length / stride) }, (_, at) => places[at * stride] ?? 0);
}
