import { DAY_MS } from '../../day.ts';
import type { Door, PlannedCall } from './calls.ts';
import { session } from './calls.ts';
import type { Drawn, SimulatedDeveloper } from './developer.ts';
import { chance, poisson, type Stream } from './random.ts';

const MINUTE_MS = 60_000;
/** What somebody tries before anything works, on average. */
const ATTEMPTS = 0.9;
/** The rule of content/onboarding/milestones.yaml: as many successes, on three days, within the last days. */
const LIVE = { perDay: [6, 7, 6], windowMs: 12 * DAY_MS };
const APART_MS = 4 * MINUTE_MS;
/** How often the second machine of somebody who has one is the one that calls. */
const SECOND_SHARE = 0.4;

/** The calls that follow from the steps somebody takes, ascending. Everything else they call is up to chance. */
export function callsOfSteps(next: Stream, { developer }: Drawn): PlannedCall[] {
  const { steps, actor } = developer;
  const door: Door = actor === 'agent' ? 'own' : 'page';
  const calls = attempts(next, developer, door);
  if (steps.first_call !== null) calls.push({ at: steps.first_call, door, ok: true });
  if (steps.own_machine !== null && steps.own_machine !== steps.first_call)
    calls.push({ at: steps.own_machine, door: 'own', ok: true });
  calls.push(...liveCalls(next, steps.live_key, steps.live));
  return calls.sort((a, b) => a.at - b.at);
}

/** Those who take no further step may have tried as well: their last word is an error. */
function attempts(next: Stream, { steps }: SimulatedDeveloper, door: Door): PlannedCall[] {
  const n = poisson(next, ATTEMPTS);
  const from = steps.sandbox ?? steps.credential;
  const moments = [...session(next, from ?? 0, n)];
  if (from === null) return [];
  const before = steps.first_call ?? Number.POSITIVE_INFINITY;
  return moments.filter((at) => at < before).map((at) => ({ at, door, ok: false }));
}

/**
 * Exactly so many successes with the live key that the integration is live at the step and not before; or, where the
 * step is not taken, one afternoon's try.
 */
function liveCalls(next: Stream, keyAt: number | null, liveAt: number | null): PlannedCall[] {
  const stumbles = chance(next, 0.3);
  if (keyAt === null) return [];
  const call = (at: number, ok = true): PlannedCall => ({ at, door: 'live', ok });
  if (liveAt === null) return [1, 2, 3].map((n) => call(keyAt + n * APART_MS));
  const from = Math.max(keyAt + MINUTE_MS, liveAt - LIVE.windowMs);
  const [first = 0, second = 0, third = 0] = LIVE.perDay;
  const middle = Math.round((from + liveAt) / 2);
  return [
    ...Array.from({ length: first }, (_, n) => call(from + n * APART_MS)),
    ...(stumbles ? [call(from + first * APART_MS, false)] : []),
    ...Array.from({ length: second }, (_, n) => call(middle + n * APART_MS)),
    ...Array.from({ length: third }, (_, n) => call(liveAt - (third - n) * APART_MS)),
    call(liveAt),
  ];
}

/** The key that somebody has in their program by then. */
export function doorAt({ steps, actor, secondDevice }: SimulatedDeveloper, next: Stream, at: number): Door {
  const second = chance(next, SECOND_SHARE) && secondDevice;
  if (steps.live !== null && at > steps.live) return 'live';
  if (actor === 'human' && (steps.own_machine === null || at <= steps.own_machine)) return 'page';
  return second ? 'second' : 'own';
}
