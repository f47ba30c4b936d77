import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeDevelopers } from '../../../src/features/claims/merge-developers.ts';
import type { Definition } from '../../../src/features/milestones/definition.ts';
import { judgeDue, recountOutdated } from '../../../src/features/milestones/keep-judging.ts';
import { createUsageStore } from '../../../src/features/usage/store-usage.ts';
import type { Portal } from '../../../src/portal.ts';
import { insertDevelopers, pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { NOON, startPortal } from '../../support/portal.ts';
import { countNaively, type NaiveCall } from './count-naively.ts';
import { definition as ofFile } from './definition.ts';
import { stateOf } from './state-of.ts';

const RUNS = Number(process.env.HISTORY_RUNS || 60);
const HOUR = 3_600_000;

/** The rules of the portal with smaller numbers, so that a history of a few dozen calls goes through all of them. */
const live = { window_days: 3, successes: 3, days: 2, error_share: 0.4, lapse_days: 3 };
const definition: Definition = { ...ofFile, body: { ...ofFile.body, live } };

const KEYS = [
  { name: 'page', environment: 'test', origin: 'sandbox' },
  { name: 'terminal', environment: 'test', origin: 'own_machine' },
  { name: 'ci', environment: 'test', origin: 'ci' },
  { name: 'live', environment: 'live', origin: 'own_machine' },
] as const;

const call = fc.record({
  key: fc.constantFrom(0, 1, 2, 3, 3, 3, 3),
  /** In half hours, so that calls are received together, on the border of a day, and days apart. */
  at: fc.integer({ min: 0, max: 12 * 48 }),
  occurred: fc.nat({ max: 2 }),
  status: fc.constantFrom(200, 201, 201, 201, 201, 201, 401, 500, 429, 304),
  ok: fc.constantFrom(null, null, null, null, null, false),
  route: fc.constantFrom('/v1/messages', '/v1/messages', '/v1/messages', '/v1/messages', '/v1/me'),
  client: fc.constantFrom('curl', 'curl', 'curl', 'curl', 'curl', 'monitor'),
  /** Whether it was reported, or seen by the gateway. */
  reported: fc.boolean(),
  /** Whether it belongs to somebody who becomes part of the developer. */
  anonymous: fc.boolean(),
});

const history = fc.array(call, { minLength: 1, maxLength: 60, size: 'max' }).chain((calls) => {
  const places = calls.map((_, at) => at);
  return fc.record({
    calls: fc.constant(calls),
    /** Every call at least once, some twice, in any order. */
    order: fc
      .subarray(places)
      .chain((again) =>
        fc.shuffledSubarray([...places, ...again], { minLength: places.length + again.length }),
      ),
    cuts: fc.array(fc.nat({ max: 2 * calls.length }), { maxLength: 8 }),
    mergeAfter: fc.nat({ max: 2 * calls.length }),
  });
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

async function insertPeople({ ctx }: Portal, run: string): Promise<void> {
  for (const who of ['ada', 'guest']) {
    const [first, ...others] = KEYS.map(({ name, ...door }) => ({ name: `${who}-${name}-${run}`, ...door }));
    if (!first) continue;
    await insertDevelopers(ctx, [first.name], first);
    for (const { name, environment, origin } of others) {
      await ctx.db
        .insertInto('credential')
        .values({
          developer_id: `dev_${first.name}`,
          id: `cred_${name}`,
          environment,
          origin,
          hash: name,
          hint: '…',
          created_at: NOON,
          provisional: 0,
        } as never)
        .execute();
    }
  }
}

function toCalls({ calls }: History, run: string): NaiveCall[] {
  return calls.map((made, n) => {
    const key = KEYS[made.key] ?? KEYS[0];
    const receivedAt = NOON - 14 * 24 * HOUR + made.at * (HOUR / 2);
    return {
      ...pendingCall({
        id: `${run}-${n}`,
        credentialId: `cred_${made.anonymous ? 'guest' : 'ada'}-${key.name}-${run}`,
        receivedAt,
        occurredAt: receivedAt + made.occurred,
        status: made.status,
        ok: made.ok,
        route: made.route,
        client: made.client as 'curl',
        source: made.reported ? 'root_1' : null,
      }),
      environment: key.environment,
      origin: key.origin,
    };
  });
}

/** Stores a history in its order and batches, with the merge somewhere in between. */
async function live_through(portal: Portal, past: History, run: string, calls: readonly NaiveCall[]) {
  const { ctx } = portal;
  const store = createUsageStore(ctx, definition);
  const cuts = [...new Set([0, past.mergeAfter, ...past.cuts, past.order.length])].sort((a, b) => a - b);
  for (const [n, from] of cuts.entries()) {
    if (from === past.mergeAfter) {
      await ctx.db
        .transaction()
        .execute((tx) =>
          mergeDevelopers(tx, NOON, { from: `dev_guest-page-${run}`, into: `dev_ada-page-${run}` }),
        );
    }
    const batch = past.order.slice(from, cuts[n + 1]).flatMap((at) => calls[at] ?? []);
    if (batch.length > 0) await store(batch);
  }
}

onEachDatabase('a history of calls', (database) => {
  const runs = database === 'SQLite' ? RUNS : Math.ceil(RUNS / 10);
  test(`comes to the same in any order, repeated, in any batches and merged (${runs} histories)`, async () => {
    const { portal, clock } = await startPortal(database);
    const property = fc.asyncProperty(history, async (past) => {
      const run = randomUUID();
      await insertPeople(portal, run);
      const calls = toCalls(past, run);
      await live_through(portal, past, run, calls);
      clock.now = NOON + HOUR;
      const judging = { ctx: portal.ctx, definition, touch: () => {} };
      await recountOutdated(judging);
      await judgeDue(judging);
      clock.now = NOON;
      expect(await stateOf(portal.ctx.db, `dev_ada-page-${run}`)).toEqual(
        countNaively(live, calls, NOON + HOUR),
      );
    });
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
  }, 3_600_000);
});
