import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createUsageRecorder } from '../../../src/features/usage/record-usage.ts';
import type { UsageEvent } from '../../../src/features/usage/usage-event.ts';
import { type DatabaseName, onEachDatabase } from '../../support/database.ts';
import { NOON, startPortal, type TestPortal } from '../../support/portal.ts';

const event = (change: Partial<UsageEvent>): UsageEvent => ({
  id: 'e1',
  developerId: 'dev_ada',
  credentialId: 'cred_1',
  origin: 'own_machine',
  receivedAt: NOON,
  method: 'POST',
  route: '/v1/messages',
  status: 201,
  durationMs: 3.5,
  errorCode: null,
  clue: null,
  client: 'curl',
  admitted: true,
  ...change,
});

/** A portal with these developers in it, and nothing else. */
async function startWith(database: DatabaseName, ids: string[]): Promise<TestPortal> {
  const at = await startPortal(database);
  const rows = ids.map((id) => ({
    id,
    created_at: NOON,
    t0: NOON,
    first_visit_at: NOON,
    goal: null,
    goal_answered_at: null,
    role: 'developer',
    excluded: null,
    claimed_at: null,
    merged_into: null,
    merged_at: null,
  }));
  await at.portal.ctx.db.insertInto('developer').values(rows).execute();
  return at;
}

onEachDatabase('recorded usage', (database) => {
  test('a call counts once however often it is recorded, and nobody hears of it before it is stored', async () => {
    const { portal } = await startWith(database, ['dev_ada']);
    const heard: string[] = [];
    const usage = createUsageRecorder(portal.ctx, (events, advanced) =>
      heard.push(...events.map(({ id }) => id), ...advanced),
    );
    for (const id of ['a', 'b', 'a', 'c', 'b']) usage.record(event({ id }));
    expect(heard).toEqual([]);
    await usage.flushed();
    usage.record(event({ id: 'a' }));
    await usage.flushed();
    const stored = await portal.ctx.db.selectFrom('usage_event').select('id').orderBy('id').execute();
    expect(stored.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(heard).toEqual(['a', 'b', 'a', 'c', 'b', 'dev_ada', 'a']);
  });

  test('milestones end the same whatever the order and the batches', async () => {
    const { portal } = await startWith(database, ['dev_ada', 'dev_eve']);
    const times = [40, 10, 30, 10, 20].map((at, n) => event({ id: `e${n}`, receivedAt: NOON + at }));
    const others = times.toReversed().map((call) => ({ ...call, developerId: 'dev_eve' }));
    const usage = createUsageRecorder(portal.ctx, () => {});
    for (const call of times) usage.record(call);
    await usage.flushed();
    for (const call of others) {
      usage.record(call);
      await usage.flushed();
    }
    const rows = await portal.ctx.db.selectFrom('milestone').selectAll().orderBy('name').execute();
    const of = (id: string) =>
      rows.filter((row) => row.developer_id === id).map(({ developer_id: _, ...row }) => row);
    expect(of('dev_ada')).toEqual(of('dev_eve'));
    expect(of('dev_ada')).toHaveLength(3);
    expect(of('dev_ada')[0]).toMatchObject({ reached_at: NOON + 10, event_id: 'e1' });
  });

  test('twenty thousand calls at once are a few commits', async () => {
    const developers = Array.from({ length: 100 }, (_, n) => `dev_${n}`);
    const { portal } = await startWith(database, developers);
    const batches: number[] = [];
    const usage = createUsageRecorder(portal.ctx, (events) => batches.push(events.length));
    for (let n = 0; n < 20_000; n += 1) usage.record(event({ id: `e${n}`, developerId: `dev_${n % 100}` }));
    await usage.flushed();
    expect(batches).toEqual([10_000, 10_000]);
    const { n } = await portal.ctx.db
      .selectFrom('usage_event')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(n).toBe(20_000);
  });
});

test('what cannot be stored waits and is stored later, once', async () => {
  const { portal } = await startWith('SQLite', ['dev_ada']);
  const heard: string[] = [];
  const usage = createUsageRecorder(portal.ctx, (events) => heard.push(...events.map(({ id }) => id)));
  await sql`pragma query_only = on`.execute(portal.ctx.db);
  usage.record(event({ id: 'a' }));
  await usage.flushed();
  usage.record(event({ id: 'b' }));
  await usage.flushed();
  expect([heard, usage.backlog()]).toEqual([[], { waiting: 2, dropped: 0, failing: true }]);
  await sql`pragma query_only = off`.execute(portal.ctx.db);
  await usage.flushed();
  expect([heard, usage.backlog()]).toEqual([['a', 'b'], { waiting: 0, dropped: 0, failing: false }]);
});
