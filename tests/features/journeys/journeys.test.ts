import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeDevelopers } from '../../../src/features/claims/merge-developers.ts';
import { issueCredential } from '../../../src/features/credentials/issue-credential.ts';
import { markClaimed } from '../../../src/features/developers/developer-store.ts';
import { changeExclusion } from '../../../src/features/developers/exclusions.ts';
import { DIMENSIONS, type Journey, STEPS, timesOf } from '../../../src/features/journeys/journey.ts';
import type { JourneyColumns } from '../../../src/features/journeys/journey-columns.ts';
import { createJourneyMemory } from '../../../src/features/journeys/journey-memory.ts';
import { refreshJourneys } from '../../../src/features/journeys/refresh-journeys.ts';
import { answerGoal } from '../../../src/features/milestones/answer-goal.ts';
import { recordOnboardingEvent } from '../../../src/features/milestones/onboarding-event-store.ts';
import { deleteDeveloper } from '../../../src/features/privacy/delete-developer.ts';
import type { Portal } from '../../../src/portal.ts';
import { pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal, type TestPortal } from '../../support/portal.ts';
import { markEverybodyDue } from './mark-everybody-due.ts';

const WHAT = [
  'key',
  'live_key',
  'run',
  'goal',
  'call',
  'call',
  'fail',
  'claim',
  'merge',
  'exclude',
  'delete',
] as const;
const something = fc.record({
  what: fc.constantFrom(...WHAT),
  who: fc.nat({ max: 5 }),
  afterHours: fc.nat({ max: 30 }),
  /** Whether the rows are made anew before the next thing happens. */
  looked: fc.boolean(),
});
type Something = typeof something extends fc.Arbitrary<infer T> ? T : never;

interface Person {
  id: string;
  credentialIds: string[];
}

async function issue({ ctx, verifier }: Portal, developerId: string | null, environment: 'test' | 'live') {
  return issueCredential(ctx, verifier, {
    developerId,
    origin: 'own_machine',
    environment,
    pageAgeMs: 30_000,
  });
}

/** Through the doors that the portal itself uses; what is not possible any more does nothing. */
async function happen(portal: Portal, people: Map<number, Person>, { what, who }: Something, n: number) {
  const { ctx } = portal;
  const person = people.get(who);
  if (!person || what === 'key' || what === 'live_key') {
    const issued = await issue(portal, person?.id ?? null, what === 'live_key' ? 'live' : 'test');
    const known = person ?? { id: issued.developer_id, credentialIds: [] };
    known.credentialIds.push(issued.credential.id);
    people.set(who, known);
    return;
  }
  const developerId = person.id;
  if (what === 'run') {
    const props = { sample: 'send', language: n % 2 === 0 ? 'python' : 'javascript', status: 'succeeded' };
    await recordOnboardingEvent(ctx.db, { developerId, name: 'sample_run', receivedAt: ctx.now(), props });
  } else if (what === 'goal') {
    const goal = n % 3 === 0 ? null : (portal.path.goals[0]?.id ?? null);
    await answerGoal(ctx, portal.path, developerId, { goal, occupation: n % 2 === 0 ? 'data' : null });
  } else if (what === 'claim') {
    await markClaimed(ctx.db, developerId, ctx.now());
  } else if (what === 'exclude') {
    await changeExclusion(ctx, { developerId, reason: n % 2 === 0 ? 'bot' : null, actorId: 'dev_pm' });
  } else if (what === 'merge') {
    const other = people.get((who + 1) % 6);
    if (!other || other === person) return;
    const merged = await ctx.db
      .transaction()
      .execute((tx) => mergeDevelopers(tx, ctx.now(), { from: developerId, into: other.id }));
    if (!merged) return;
    other.credentialIds.push(...person.credentialIds);
    people.set(who, other);
  } else if (what === 'delete') {
    await deleteDeveloper(portal, developerId);
    for (const [place, one] of people) if (one.id === developerId) people.delete(place);
  } else {
    const credentialId = person.credentialIds[n % person.credentialIds.length] ?? '';
    const failed = what === 'fail';
    portal.usage.record(
      pendingCall({
        id: `call${n}`,
        credentialId,
        receivedAt: ctx.now(),
        status: failed ? 422 : 201,
        errorCode: failed ? 'invalid_recipient' : null,
      }),
    );
    await portal.usage.flushed();
  }
}

async function allJourneys({ ctx }: Portal): Promise<Journey[]> {
  return ctx.db.selectFrom('journey').selectAll().orderBy('place').execute();
}

/** As rows again. */
function rowsOf(columns: JourneyColumns) {
  return Array.from({ length: columns.length }, (_, at) => ({
    t0: columns.t0[at],
    steps: STEPS.map((step) => columns.steps[step][at]),
    segments: DIMENSIONS.map((dimension) => columns.words[columns.segments[dimension][at] ?? 0]),
    excluded: columns.words[columns.excluded[at] ?? 0],
    lapsed: columns.lapsed[at],
    ended: columns.ended[at],
    error: columns.words[columns.errorCode[at] ?? 0],
  }));
}

const nan = (at: number | null) => at ?? Number.NaN;

/** The memory against the rows, and the rows against everything that is known of everybody. */
async function expectTheSameFromScratch({ portal }: TestPortal) {
  const { ctx } = portal;
  await refreshJourneys(ctx);
  const grown = await allJourneys(portal);
  const seen = rowsOf(await portal.journeys.current());
  expect(seen).toEqual(
    grown.map((journey) => ({
      t0: journey.t0,
      steps: STEPS.map((step) => nan(timesOf(journey)[step])),
      segments: DIMENSIONS.map((dimension) => journey[dimension] ?? ''),
      excluded: journey.excluded ?? '',
      lapsed: nan(journey.lapsed_at),
      ended: nan(journey.ended_at),
      error: journey.error_code ?? '',
    })),
  );
  await markEverybodyDue(ctx.db);
  await refreshJourneys(ctx);
  // Revisions as well: a row that had to be changed has a new one.
  expect(await allJourneys(portal)).toEqual(grown);
}

onEachDatabase('where developers stand', (database) => {
  test('is the same whether it grew with what happened or is made from all of it at once', async () => {
    const tested = await startPortal(database);
    await fc.assert(
      fc.asyncProperty(
        fc.array(something, { minLength: 10, maxLength: 30, size: 'max' }),
        async (history) => {
          const people = new Map<number, Person>();
          for (const [n, one] of history.entries()) {
            tested.clock.now += one.afterHours * HOUR;
            await happen(tested.portal, people, one, n + tested.clock.now);
            if (one.looked) await tested.portal.journeys.current();
          }
          await expectTheSameFromScratch(tested);
        },
      ),
      { numRuns: Number(process.env.HISTORY_RUNS || 8), seed: 6 },
    );
  });

  test('tells of a developer when each step was reached, and what they did last', async () => {
    const { portal, clock, issueKey, sendMessage } = await startPortal(database);
    const { secret, developer_id } = await issueKey('agent');
    clock.now += HOUR;
    await sendMessage(secret, { body: { to: '' } });
    await portal.usage.flushed();
    await refreshJourneys(portal.ctx);
    const [failed] = await allJourneys(portal);
    expect(failed).toMatchObject({
      developer_id,
      stage: 2,
      active_at: NOON + HOUR,
      actor: 'agent',
      t0: NOON,
    });
    expect(failed?.error_code).toBe(failed?.last_event);
    clock.now += HOUR;
    await sendMessage(secret);
    await portal.usage.flushed();
    await refreshJourneys(portal.ctx);
    expect(await allJourneys(portal)).toMatchObject([
      { first_call_at: NOON + 2 * HOUR, progressed_at: NOON + 2 * HOUR, last_event: 'call', live_at: null },
    ]);
  });

  test('knows in one word what brought a developer here, and of the page before nothing else', async () => {
    const { portal, call } = await startPortal(database);
    const cameFrom = { referrer: 'https://github.com', utm_source: 'secret-campaign' };
    const path = '/api/credentials';
    expect((await call(path, { body: { origin: 'sandbox', came_from: cameFrom } })).status).toBe(201);
    const tooLong = { referrer: 'x'.repeat(201) };
    expect((await call(path, { body: { came_from: tooLong } })).status).toBe(422);
    await refreshJourneys(portal.ctx);
    expect(await allJourneys(portal)).toMatchObject([{ channel: 'github' }]);
    expect(JSON.stringify(await portal.ctx.db.selectFrom('developer').selectAll().execute())).not.toContain(
      'campaign',
    );
  });

  test('of somebody who deletes themselves says how far they got, and not who they were', async () => {
    const { portal, clock, issueKey } = await startPortal(database);
    const { developer_id } = await issueKey();
    await portal.journeys.current();
    clock.now += HOUR;
    await deleteDeveloper(portal, developer_id);
    const [left] = await allJourneys(portal);
    expect(left?.developer_id).not.toContain(developer_id);
    const columns = await portal.journeys.current();
    expect([columns.length, columns.ended[0], columns.t0[0]]).toEqual([1, NOON + HOUR, NOON]);
  });

  test('of many is known as of the last two minutes, and counted once', async () => {
    const { portal, clock, issueKey } = await startPortal(database);
    await issueKey();
    await issueKey();
    const memory = createJourneyMemory(portal.ctx, 2);
    const count = async () => {
      const { columns, asOf, remember } = await memory.snapshot();
      return { n: columns.length, asOf, made: remember('count', () => ({ columns })) };
    };
    const first = await count();
    await issueKey();
    clock.now += 119_999;
    const second = await count();
    expect([second.n, second.asOf]).toEqual([2, NOON]);
    expect(second.made).toBe(first.made);
    clock.now += 1;
    const third = await count();
    expect([third.n, third.asOf]).toEqual([3, NOON + 120_000]);
    expect(third.made).not.toBe(first.made);
    const few = createJourneyMemory(portal.ctx, 4);
    await few.snapshot();
    clock.now += 1;
    expect((await few.snapshot()).asOf).toBe(clock.now);
  });

  test('of many is counted anew before somebody asks, for as long as somebody looks at it', async () => {
    const { portal, clock, issueKey } = await startPortal(database);
    const memory = createJourneyMemory(portal.ctx, 2);
    await issueKey();
    await memory.keepUp();
    await issueKey();
    await memory.keepUp();
    let made = 0;
    const look = async () => {
      const snapshot = await memory.snapshot();
      const n = snapshot.report('count', ({ columns }) => {
        made += 1;
        return columns.length;
      });
      return { n, asOf: snapshot.asOf, made };
    };
    const later = async (minutes: number) => {
      clock.now += minutes * 60_000;
      await memory.keepUp();
    };
    expect(await look()).toEqual({ n: 2, asOf: NOON, made: 1 });
    await issueKey();
    await later(1);
    expect(await look()).toEqual({ n: 3, asOf: clock.now, made: 2 });
    // What is counted anew in the background is not a sign that somebody looks.
    await later(10);
    expect(made).toBe(3);
    await later(6);
    expect(made).toBe(3);
    expect(await look()).toEqual({ n: 3, asOf: clock.now, made: 4 });
  });

  test('that cannot be counted in the background is told to whoever asks', async () => {
    const { portal, clock, issueKey } = await startPortal(database);
    await issueKey();
    const memory = createJourneyMemory(portal.ctx, 1);
    const fail = () => Promise.reject(new Error('away'));
    await expect((await memory.snapshot()).report('x', fail)).rejects.toThrow('away');
    clock.now += 60_000;
    await memory.keepUp();
    const snapshot = await memory.snapshot();
    expect(snapshot.asOf).toBe(clock.now);
    await expect(snapshot.report('x', fail)).rejects.toThrow('away');
  });

  test('is counted again when counting failed', async () => {
    const { portal } = await startPortal(database);
    const { remember } = await portal.journeys.snapshot();
    await expect(remember('x', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await remember('x', () => Promise.resolve(1))).toBe(1);
    expect(await remember('x', () => Promise.resolve(2))).toBe(1);
  });

  test('is read once: what did not change is not asked for again', async () => {
    const { portal, issueKey } = await startPortal(database);
    for (let n = 0; n < 3; n += 1) await issueKey();
    const memory = createJourneyMemory(portal.ctx);
    expect((await memory.current()).length).toBe(3);
    await portal.ctx.db.deleteFrom('journey').where('developer_id', '<>', '').execute();
    expect((await memory.current()).length).toBe(3);
  });
});
