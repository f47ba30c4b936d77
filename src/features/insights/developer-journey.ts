import { type Journey, STEPS, type Step, timesOf } from '../journeys/journey.ts';
import { type Standing, standingOf } from './standing.ts';

/** One step of one developer's way. Times in milliseconds, moments since 1970. */
export interface JourneyStep {
  step: Step;
  at: number | null;
  /** Since the latest earlier step; null where it was not reached, or no earlier one was. */
  gap: number | null;
  /** `passed_over`: not reached as far as anybody knows, and a later one was. */
  state: 'reached' | 'passed_over' | 'ahead';
}

export interface DeveloperJourney {
  steps: JourneyStep[];
  standing: Standing;
}

/** The eight steps in the order in which they are shown. */
export function developerJourney(journey: Journey, lastCallAt: number | null, now: number): DeveloperJourney {
  const times = timesOf(journey);
  const steps = STEPS.map((step, index): JourneyStep => {
    const at = times[step];
    if (at === null) {
      return { step, at, gap: null, state: index < journey.stage ? 'passed_over' : 'ahead' };
    }
    const before = STEPS.slice(0, index)
      .flatMap((earlier) => times[earlier] ?? [])
      .filter((time) => time <= at);
    return { step, at, gap: before.length === 0 ? null : at - Math.max(...before), state: 'reached' };
  });
  return { steps, standing: standingOf(journey, lastCallAt, now) };
}
