import { parseInsightsQuery } from '../../../src/features/insights/insights-query.ts';
import { selectDevelopers } from '../../../src/features/insights/select-developers.ts';
import {
  DIMENSIONS,
  type Dimension,
  type Journey,
  STEPS,
  type Step,
} from '../../../src/features/journeys/journey.ts';
import { createColumns, type JourneyColumns } from '../../../src/features/journeys/journey-columns.ts';

/** A developer, as little as a test has to say of them. Milliseconds since 1970. */
export interface Told
  extends Partial<Record<Exclude<Step, 'goal'>, number | null>>,
    Partial<Record<Dimension, string>> {
  t0: number;
  /** When the goal was told; `goal` is which. */
  goalAt?: number;
  ended?: number;
  lapsed?: number;
  active?: number;
  excluded?: boolean;
  lastEvent?: string;
  errorCode?: string;
}

/** As the memory holds them, without a database. */
export function columnsOf(developers: readonly Told[]): JourneyColumns {
  const columns = createColumns();
  for (const [place, one] of developers.entries()) columns.put(journeyOf(one, place));
  return columns.view();
}

function journeyOf(one: Told, place: number): Journey {
  const times = STEPS.map((step) => (step === 'goal' ? one.goalAt : one[step]) ?? null);
  const progressed = Math.max(one.t0, ...times.map((at) => at ?? one.t0));
  const [visited, goal, credential, run, firstCall, ownMachine, claimed, live] = times as (number | null)[];
  const segments = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, one[dimension] ?? null]));
  return {
    developer_id: `dev_${place}`,
    place,
    revision: place + 1,
    t0: one.t0,
    visited_at: visited ?? null,
    goal_at: goal ?? null,
    credential_at: credential ?? null,
    run_at: run ?? null,
    first_call_at: firstCall ?? null,
    own_machine_at: ownMachine ?? null,
    claimed_at: claimed ?? null,
    live_at: live ?? null,
    lapsed_at: one.lapsed ?? null,
    ended_at: one.ended ?? null,
    ...(segments as Pick<Journey, Dimension>),
    excluded: one.excluded ? 'test' : null,
    stage: Math.max(
      0,
      times.findLastIndex((at) => at !== null),
    ),
    progressed_at: progressed,
    active_at: one.active ?? progressed,
    last_event: one.lastEvent ?? '',
    error_code: one.errorCode ?? null,
  };
}

/** What a page of figures begins with: these developers at that moment, and what an address asks for. */
export function told(developers: readonly Told[], asOf: number, search = '') {
  const columns = columnsOf(developers);
  const query = parseInsightsQuery(new URLSearchParams(search));
  return { columns, query, asOf, ...selectDevelopers(columns, query, asOf) };
}
