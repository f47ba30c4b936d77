import type { Context } from '../../context.ts';
import { DAY_MS, dayOf } from '../../day.ts';
import { findDeveloper } from '../developers/developer-store.ts';
import { readJourneys } from '../journeys/journey-store.ts';
import { refreshJourneys } from '../journeys/refresh-journeys.ts';
import type { Definition } from '../milestones/definition.ts';
import { getLive } from '../milestones/live-progress.ts';
import { listMilestones, type MilestoneRow } from '../milestones/milestone-store.ts';
import { type LiveProgress, milestoneName } from '../milestones/progress-schema.ts';
import { findState, listDaysOf } from '../milestones/state-store.ts';
import { listRequests } from '../usage/list-requests.ts';
import type { SeenCall } from '../usage/usage-event.ts';
import { type DeveloperJourney, developerJourney } from './developer-journey.ts';

/** The calls of one UTC day, with test and live keys together. */
export interface ReportDay {
  /** Milliseconds since 1970, of its beginning. */
  at: number;
  calls: number;
  succeeded: number;
  failed: number;
  throttled: number;
  /** Left out by a rule, such as those of CI. */
  excluded: number;
}

/** One developer, as the company sees them. Times in milliseconds since 1970. */
export interface DeveloperReport {
  id: string;
  t0: number | null;
  firstVisitAt: number | null;
  claimedAt: number | null;
  goal: string | null;
  /** Null for who has not begun. */
  journey: DeveloperJourney | null;
  excluded: { reason: string; by: string | null; at: number | null } | null;
  calls: number;
  excludedCalls: number;
  lastCallAt: number | null;
  lastErrorAt: number | null;
  milestones: MilestoneRow[];
  live: LiveProgress;
  /** Newest first, those without a call left out. */
  days: ReportDay[];
  /** The newest. */
  requests: SeenCall[];
}

/** Of milestones that were reached with the same call. */
const ORDER: readonly string[] = milestoneName.options;
/** As many days back calls are told by the day. */
export const REPORT_DAYS = 30;
const REQUESTS = 10;

/** Null where there is no such developer. */
export async function reportDeveloper(
  ctx: Context,
  definition: Definition,
  developerId: string,
): Promise<DeveloperReport | null> {
  const everyCall = { outcome: 'all', environment: 'all', period: 'month', search: '' } as const;
  const [developer, state, [journey], milestones, live, days, { calls }] = await Promise.all([
    findDeveloper(ctx.db, developerId),
    findState(ctx.db, developerId),
    refreshJourneys(ctx).then(() => readJourneys(ctx.db, [developerId])),
    listMilestones(ctx.db, developerId),
    getLive(ctx, definition, developerId),
    reportDays(ctx, developerId),
    listRequests(ctx, developerId, everyCall),
  ]);
  if (!developer) return null;
  return {
    id: developer.id,
    t0: developer.t0,
    firstVisitAt: developer.first_visit_at,
    claimedAt: developer.claimed_at,
    goal: developer.goal,
    journey: journey ? developerJourney(journey, state?.last_call_at ?? null, ctx.now()) : null,
    excluded:
      developer.excluded === null
        ? null
        : { reason: developer.excluded, by: developer.excluded_by, at: developer.excluded_at },
    calls: state?.calls ?? 0,
    excludedCalls: state?.excluded_calls ?? 0,
    lastCallAt: state?.last_call_at ?? null,
    lastErrorAt: state?.last_error_at ?? null,
    milestones: milestones.toSorted(
      (a, b) => a.reached_at - b.reached_at || ORDER.indexOf(a.name) - ORDER.indexOf(b.name),
    ),
    live,
    days,
    requests: calls.slice(0, REQUESTS),
  };
}

async function reportDays({ db, now }: Context, developerId: string): Promise<ReportDay[]> {
  const rows = await listDaysOf(db, developerId, dayOf(now()) - REPORT_DAYS + 1);
  const days = Map.groupBy(rows, (row) => row.day);
  return [...days].map(([day, counted]) => {
    const sum = (of: (row: (typeof rows)[number]) => number) =>
      counted.reduce((all, row) => all + of(row), 0);
    return {
      at: day * DAY_MS,
      calls: sum((row) => row.calls),
      succeeded: sum((row) => row.successes + row.portal_successes),
      failed: sum((row) => row.errors + row.portal_errors),
      throttled: sum((row) => row.throttled),
      excluded: sum((row) => row.excluded),
    };
  });
}
