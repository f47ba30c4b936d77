import type { Journey } from '../journeys/journey.ts';

const HOUR_MS = 3_600_000;

/** Who did nothing for so long is stalled; the product tells two lengths apart. Inclusive. */
export const IDLE_HOURS = [48, 72] as const;
export type IdleHours = (typeof IDLE_HOURS)[number];
export const IDLE_MS = [IDLE_HOURS[0] * HOUR_MS, IDLE_HOURS[1] * HOUR_MS] as const;

/**
 * Of those whose latest step is at least 48 hours old: *silent* has done nothing at all since that step, *struggling* has
 * done something that led to no step.
 */
export const STANDING_KINDS = ['silent', 'struggling'] as const;
export type StandingKind = (typeof STANDING_KINDS)[number];

/** Times in milliseconds. */
export interface Standing {
  /** Since the last thing they did; null for who is live, or gone, and is waited for no more. */
  idle: number | null;
  /** Since the latest step. */
  waited: number;
  kind: StandingKind | null;
}

type Known = Pick<Journey, 'progressed_at' | 'active_at' | 'live_at' | 'ended_at'>;

/** The last thing of all that is known: a call may be younger than the row of its developer. */
export const lastActive = (journey: Known, lastCallAt: number | null) =>
  Math.max(journey.active_at, lastCallAt ?? 0);

export function standingOf(journey: Known, lastCallAt: number | null, now: number): Standing {
  const waited = Math.max(0, now - journey.progressed_at);
  if (journey.live_at !== null || journey.ended_at !== null) return { idle: null, waited, kind: null };
  const active = lastActive(journey, lastCallAt);
  const stuck = waited >= IDLE_MS[0];
  return {
    idle: Math.max(0, now - active),
    waited,
    kind: stuck ? (active > journey.progressed_at ? 'struggling' : 'silent') : null,
  };
}
