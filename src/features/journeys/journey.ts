import type { Selectable } from 'kysely';
import type { JourneyTable } from '../../db/journey-schema.ts';

/** The steps from opening a page to a live integration, in the order in which they are shown. */
export const STEPS = [
  'visited',
  'goal',
  'credential',
  'run',
  'first_call',
  'own_machine',
  'claimed',
  'live',
] as const;
export type Step = (typeof STEPS)[number];

/** What developers are told apart by. */
export const DIMENSIONS = ['channel', 'occupation', 'goal', 'language', 'actor'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export type Journey = Selectable<JourneyTable>;

/** What is known of a developer in the tables that others write. Times in milliseconds since 1970. */
export interface JourneyFacts {
  id: string;
  t0: number | null;
  first_visit_at: number | null;
  goal: string | null;
  goal_answered_at: number | null;
  claimed_at: number | null;
  channel: string | null;
  occupation: string | null;
  excluded: string | null;
  credential_at: number | null;
  /** The door of the first key. */
  first_origin: string | null;
  run_at: number | null;
  /** Of the first sample that was run. */
  language: string | null;
  first_call_at: number | null;
  own_machine_at: number | null;
  live_at: number | null;
  lapsed_at: number | null;
  last_call_at: number | null;
  last_error_at: number | null;
  last_status: number | null;
  error_code: string | null;
  last_event_at: number | null;
  last_event: string | null;
}

/** When each step was reached; null where it was not, or nobody knows when. */
export function timesOf(journey: Journey): Record<Step, number | null> {
  return {
    visited: journey.visited_at,
    goal: journey.goal_at,
    credential: journey.credential_at,
    run: journey.run_at,
    first_call: journey.first_call_at,
    own_machine: journey.own_machine_at,
    claimed: journey.claimed_at,
    live: journey.live_at,
  };
}

/** Null for somebody who has not begun. A pure function of the facts, so that it can be made anew at any time. */
export function makeJourney(
  facts: JourneyFacts,
  identity: Pick<Journey, 'place' | 'revision'>,
): Journey | null {
  const { t0 } = facts;
  if (t0 === null) return null;
  const reached = {
    visited_at: facts.first_visit_at,
    goal_at: facts.goal === null ? null : facts.goal_answered_at,
    credential_at: facts.credential_at,
    run_at: facts.run_at,
    first_call_at: facts.first_call_at,
    own_machine_at: facts.own_machine_at,
    claimed_at: facts.claimed_at,
    live_at: facts.live_at,
  };
  const times = Object.values(reached);
  const progressedAt = Math.max(t0, ...times.map((at) => at ?? t0));
  const last = lastThing(facts, progressedAt);
  return {
    developer_id: facts.id,
    ...identity,
    t0,
    ...reached,
    lapsed_at: facts.lapsed_at,
    ended_at: null,
    channel: facts.channel,
    occupation: facts.occupation,
    goal: facts.goal,
    language: facts.language,
    actor: facts.first_origin === null ? null : facts.first_origin === 'agent' ? 'agent' : 'human',
    excluded: facts.excluded,
    stage: Math.max(
      0,
      times.findLastIndex((at) => at !== null),
    ),
    progressed_at: progressedAt,
    active_at: last.at,
    last_event: last.event,
    error_code: facts.live_at === null ? facts.error_code : null,
  };
}

const HOUR_MS = 3_600_000;

/**
 * The last thing somebody did, whatever it was. It is told of calls as finely as their changes are noted: of one that
 * succeeded the beginning of its hour, of one that failed the moment, and none at all of who is live, and is waited for no
 * more.
 */
function lastThing(facts: JourneyFacts, progressedAt: number): { at: number; event: string } {
  const { live_at: liveAt, last_call_at: callAt, last_error_at: errorAt } = facts;
  if (liveAt !== null) return { at: progressedAt, event: 'integration_live' };
  const eventAt = facts.last_event_at ?? progressedAt;
  const toldAt = Math.max(callAt === null ? 0 : callAt - (callAt % HOUR_MS), errorAt ?? 0);
  if (callAt === null || toldAt < (facts.last_event_at ?? 0))
    return { at: Math.max(eventAt, progressedAt), event: facts.last_event ?? 'began' };
  const failed = errorAt !== null && errorAt >= callAt;
  return {
    at: Math.max(toldAt, progressedAt),
    event: failed ? (facts.error_code ?? `${facts.last_status ?? 'error'}`) : 'call',
  };
}
