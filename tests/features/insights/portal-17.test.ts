import { expect, test } from 'vitest';
import { mergeDevelopers } from '../../../src/features/claims/merge-developers.ts';
import {
  createDeveloper,
  markClaimed,
  moveAnchorEarlier,
} from '../../../src/features/developers/developer-store.ts';
import { setExclusion } from '../../../src/features/developers/exclusion-store.ts';
import { cohortWeek } from '../../../src/features/insights/cohort-week.ts';
import { cumulativeIncidence, incidenceWithin } from '../../../src/features/insights/competing-risks.ts';
import { readInsights } from '../../../src/features/insights/read-insights.ts';
import { kaplanMeier, median, shareWithin } from '../../../src/features/insights/survival.ts';
import { censored, waitingTimes } from '../../../src/features/insights/waiting-times.ts';
import { refreshJourneys } from '../../../src/features/journeys/refresh-journeys.ts';
import type { Definition } from '../../../src/features/milestones/definition.ts';
import { recordOnboardingEvent } from '../../../src/features/milestones/onboarding-event-store.ts';
import { deleteDeveloper } from '../../../src/features/privacy/delete-developer.ts';
import { createUsageStore } from '../../../src/features/usage/store-usage.ts';
import type { Portal } from '../../../src/portal.ts';
import { pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { startPortal, type TestPortal } from '../../support/portal.ts';
import { expectNear, goldenCase } from './golden.ts';

interface GoldenEvent {
  event_id: string;
  actor: string;
  type: string;
  occurred_at: string;
  received_at: string;
  props: { user?: string; goal?: string; key_kind?: string; env?: string; status?: number; client?: string };
}

interface Cohort {
  size: number;
  activated_7d: number;
  within_24h: number;
  mature_7d: boolean;
}

interface Expected {
  developers: Record<string, { anchor: string | null; milestones: Record<string, string> }>;
  cohorts_utc: Record<string, Cohort>;
  time_to_first_call: Record<string, number | number[]>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const { input, expected, tolerance } = goldenCase<{ as_of: string; events: GoldenEvent[] }, Expected>(
  'portal-17',
);
const AS_OF = Date.parse(input.as_of);
const SKEW_MS = 5 * 60_000;
const INTENT = new Set(['goal_answered', 'credential_created', 'sandbox_run']);
const NAMES: Record<string, 'goal_answered' | 'credential_created' | 'sample_run'> = {
  goal_answered: 'goal_answered',
  credential_created: 'credential_created',
  sandbox_run: 'sample_run',
};

/** As the case has it: ahead of the receiver by more than five minutes is the receiver's time. */
function timeOf({ occurred_at, received_at }: GoldenEvent): number {
  const [occurred, received] = [Date.parse(`${occurred_at}Z`), Date.parse(`${received_at}Z`)];
  return occurred > received + SKEW_MS ? received : occurred;
}

/** The people of the case in a portal: everything is written through the stores that the portal itself uses. */
class People {
  readonly ids = new Map<string, string>();
  readonly #at: TestPortal;
  readonly #store: ReturnType<typeof createUsageStore>;

  constructor(at: TestPortal) {
    this.#at = at;
    const { ctx, definition } = at.portal;
    const live = { ...definition.body.live, successes: 5, days: 3, error_share: 0.2, window_days: 14 };
    const ofCase: Definition = { ...definition, body: { ...definition.body, live } };
    this.#store = createUsageStore(ctx, ofCase);
  }

  async idOf(actor: string): Promise<string> {
    const known = this.ids.get(actor);
    if (known) return known;
    const { db, now } = this.#at.portal.ctx;
    const id = await createDeveloper(db, now());
    this.ids.set(actor, id);
    return id;
  }

  async happen(event: GoldenEvent): Promise<void> {
    const { ctx } = this.#at.portal;
    const at = timeOf(event);
    this.#at.clock.now = Math.max(this.#at.clock.now, Date.parse(`${event.received_at}Z`));
    const developerId = await this.idOf(event.actor);
    if (INTENT.has(event.type)) await this.#intend(developerId, event, at);
    else if (event.type === 'quickstart_visited') this.#visits.set(developerId, at);
    else if (event.type === 'account_claimed') await this.#claim(developerId, event, at);
    else if (event.type === 'api_call' && event.props.key_kind === 'own')
      await this.#call(developerId, event, at);
    else if (event.type === 'account_closed') {
      await refreshJourneys(ctx);
      await deleteDeveloper(this.#at.portal, developerId);
      await refreshJourneys(ctx);
    }
  }

  readonly #visits = new Map<string, number>();

  async #intend(developerId: string, { type, props }: GoldenEvent, at: number): Promise<void> {
    const { db } = this.#at.portal.ctx;
    await moveAnchorEarlier(db, developerId, { t0: at, firstVisitAt: this.#visits.get(developerId) ?? at });
    if (type === 'goal_answered') {
      await db
        .updateTable('developer')
        .set({ goal: props.goal ?? null, goal_answered_at: at })
        .where('id', '=', developerId)
        .where('goal_answered_at', 'is', null)
        .execute();
    }
    const name = NAMES[type];
    if (name) await recordOnboardingEvent(db, { developerId, name, receivedAt: at, props: {} });
  }

  /** Who is there already keeps their name, and what was anonymous becomes part of them. */
  async #claim(developerId: string, { props: { user = '' } }: GoldenEvent, at: number): Promise<void> {
    const { db } = this.#at.portal.ctx;
    const owner = this.ids.get(user);
    if (owner) {
      await db.transaction().execute((tx) => mergeDevelopers(tx, at, { from: developerId, into: owner }));
      return;
    }
    await markClaimed(db, developerId, at);
    if (user === 'u3') await setExclusion(db, developerId, { reason: 'internal', by: 'rule', at });
    this.ids.set(user, developerId);
  }

  async #call(developerId: string, { event_id, props }: GoldenEvent, at: number): Promise<void> {
    const { db } = this.#at.portal.ctx;
    const environment = props.env === 'live' ? 'live' : 'test';
    const origin = props.client === 'portal' ? 'sandbox' : 'own_machine';
    const credentialId = `${developerId}-${environment}-${origin}`;
    const values = { developer_id: developerId, id: credentialId, environment, origin, hash: credentialId };
    await db
      .insertInto('credential')
      .values({ ...values, hint: '…', created_at: at, provisional: 0 } as never)
      .onConflict((c) => c.doNothing())
      .execute();
    const call = { id: event_id, credentialId, receivedAt: at, status: props.status ?? 0, source: 'root_1' };
    await this.#store([pendingCall({ ...call, errorCode: call.status >= 400 ? 'failed' : null })]);
  }
}

async function play(at: TestPortal): Promise<People> {
  const people = new People(at);
  at.clock.now = 0;
  const received = input.events.toSorted((a, b) => (a.received_at < b.received_at ? -1 : 1));
  for (const event of received) await people.happen(event);
  at.clock.now = AS_OF;
  return people;
}

async function firstCalls(portal: Portal) {
  const { columns, places } = await readInsights(portal, new URLSearchParams());
  return waitingTimes(columns, places, { from: 't0', to: 'first_call' }, AS_OF);
}

onEachDatabase('a portal of seventeen', (database) => {
  test('has the anchors and milestones that were worked out by hand', async () => {
    const at = await startPortal(database);
    const people = await play(at);
    await refreshJourneys(at.portal.ctx);
    const rows = await at.portal.ctx.db.selectFrom('journey').selectAll().execute();
    const iso = (time: number | null | undefined) =>
      time == null ? undefined : new Date(time).toISOString().replace('.000', '');
    for (const [name, { anchor, milestones }] of Object.entries(expected.developers)) {
      const row = rows.find(({ developer_id }) => developer_id === people.ids.get(name));
      if (name === 'a15') continue; // who closed the account is nobody
      expect([name, iso(row?.t0) ?? null]).toEqual([name, anchor]);
      if (!row) continue;
      expect({
        name,
        call: iso(row.first_call_at),
        own: iso(row.own_machine_at),
        live: iso(row.live_at),
      }).toEqual({
        name,
        call: milestones.first_api_call,
        own: milestones.own_machine_call,
        live: milestones.integration_live,
      });
    }
    expect(rows.filter(({ ended_at }) => ended_at !== null)).toMatchObject([
      { t0: Date.parse('2026-03-25T00:00:00Z'), ended_at: Date.parse('2026-03-28T00:00:00Z') },
    ]);
  });

  test('has the median, the shares and the cohorts that were worked out by hand', async () => {
    const at = await startPortal(database);
    await play(at);
    const times = await firstCalls(at.portal);
    const curve = kaplanMeier(censored(times));
    const incidence = cumulativeIncidence(times.observations, 'event');
    const middle = median(curve);
    const hours = (ms: number | null) => (ms === null ? null : ms / HOUR);
    const { naive_median_of_converted_h: _, ...figures } = expected.time_to_first_call;
    expectNear(
      {
        km_n: times.n,
        km_events: times.events,
        km_median_h: hours(middle.estimate),
        km_median_ci_loglog: [hours(middle.lower), hours(middle.upper)],
        km_F24: shareWithin(curve, DAY)?.share,
        aalen_johansen_F24: incidenceWithin(incidence, DAY)?.share,
        km_F168_0003: shareWithin(curve, 168.0003 * HOUR)?.share,
        aalen_johansen_F168_1: incidenceWithin(incidence, 168.1 * HOUR)?.share,
      },
      figures,
      tolerance,
    );
    const { columns, places } = await readInsights(at.portal, new URLSearchParams());
    const cohorts: Record<string, Cohort> = {};
    for (const place of places) {
      const [t0 = 0, called = Number.NaN] = [columns.t0[place], columns.steps.first_call[place]];
      const week = cohortWeek(t0, 'UTC');
      cohorts[week.label] ??= {
        size: 0,
        activated_7d: 0,
        within_24h: 0,
        mature_7d: week.end + 7 * DAY <= AS_OF,
      };
      const cohort = cohorts[week.label] as Cohort;
      cohort.size += 1;
      if (called - t0 <= 7 * DAY) cohort.activated_7d += 1;
      if (called - t0 <= DAY) cohort.within_24h += 1;
    }
    expect(cohorts).toEqual(
      Object.fromEntries(
        Object.entries(expected.cohorts_utc).map(([label, { size, activated_7d, within_24h, mature_7d }]) => [
          label,
          { size, activated_7d, within_24h, mature_7d },
        ]),
      ),
    );
  });
});
