import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createUsageRecorder, type UsageListener } from '../../../src/features/usage/record-usage.ts';
import { createUsageStore } from '../../../src/features/usage/store-usage.ts';
import type { Portal } from '../../../src/portal.ts';
import { insertDevelopers, pendingCall } from '../../support/calls.ts';
import { type DatabaseName, onEachDatabase } from '../../support/database.ts';
import { NOON, startPortal, type TestPortal } from '../../support/portal.ts';

/** A portal with these developers in it, and nothing else. */
async function startWith(database: DatabaseName, names: string[]): Promise<TestPortal> {
  const at = await startPortal(database);
  await insertDevelopers(at.portal.ctx, names);
  return at;
}

const recorderOf = ({ ctx, definition }: Portal, onStored: UsageListener) =>
  createUsageRecorder({ ctx, store: createUsageStore(ctx, definition), spool: null, onStored });

onEachDatabase('recorded usage', (database) => {
  test('a call counts once however often it is recorded, and nobody hears of it before it is stored', async () => {
    const { portal } = await startWith(database, ['ada']);
    const heard: string[] = [];
    const usage = recorderOf(portal, (events, advanced) =>
      heard.push(...events.map(({ id }) => id), ...advanced),
    );
    for (const id of ['a', 'b', 'a', 'c', 'b']) usage.record(pendingCall({ id }));
    expect(heard).toEqual([]);
    await usage.flushed();
    usage.record(pendingCall({ id: 'a' }));
    await usage.flushed();
    const stored = await portal.ctx.db.selectFrom('usage_event').select('id').orderBy('id').execute();
    expect(stored.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(heard).toEqual(['a', 'b', 'c', 'dev_ada']);
  });

  test('milestones end the same whatever the order and the batches', async () => {
    const { portal } = await startWith(database, ['ada', 'eve']);
    const times = [40, 10, 30, 10, 20].map((at, n) => pendingCall({ id: `e${n}`, receivedAt: NOON + at }));
    const others = times.toReversed().map((call) => ({ ...call, credentialId: 'cred_eve' }));
    const usage = recorderOf(portal, () => {});
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
    const developers = Array.from({ length: 100 }, (_, n) => `${n}`);
    const { portal } = await startWith(database, developers);
    const batches: number[] = [];
    const usage = recorderOf(portal, (events) => batches.push(events.length));
    for (let n = 0; n < 20_000; n += 1)
      usage.record(pendingCall({ id: `e${n}`, credentialId: `cred_${n % 100}` }));
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
  const { portal } = await startWith('SQLite', ['ada']);
  const heard: string[] = [];
  const usage = recorderOf(portal, (events) => heard.push(...events.map(({ id }) => id)));
  await sql`pragma query_only = on`.execute(portal.ctx.db);
  usage.record(pendingCall({ id: 'a' }));
  await usage.flushed();
  usage.record(pendingCall({ id: 'b' }));
  await usage.flushed();
  expect(heard).toEqual([]);
  expect(usage.backlog()).toEqual({ waiting: 2, dropped: 0, spooled: 0, failing: true, full: false });
  await sql`pragma query_only = off`.execute(portal.ctx.db);
  await usage.flushed();
  expect(heard).toEqual(['a', 'b']);
  expect(usage.backlog()).toEqual({ waiting: 0, dropped: 0, spooled: 0, failing: false, full: false });
});
