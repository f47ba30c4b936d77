import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createUsageRecorder } from '../../../src/features/usage/record-usage.ts';
import { openSpool } from '../../../src/features/usage/spool.ts';
import { createLog } from '../../../src/log.ts';
import { pendingCall } from '../../support/calls.ts';
import { POISON, switchedStore } from '../../support/switched-store.ts';

const log = createLog('silent');

interface Options {
  folder?: string;
  maxBytes?: number;
}

function start({ folder = newFolder(), maxBytes = 1_000_000_000 }: Options = {}) {
  const database = switchedStore();
  const heard: string[] = [];
  const spool = openSpool({ folder, maxBytes, log });
  const usage = createUsageRecorder({
    ctx: { log },
    store: database.store,
    spool,
    onStored: (events) => heard.push(...events.map(({ id }) => id)),
  });
  onTestFinished(() => usage.close());
  return { database, usage, spool, heard, folder };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-writer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const calls = (...ids: string[]) => ids.map((id) => pendingCall({ id, source: 'root_1' }));
const many = (prefix: string, count: number) =>
  calls(...Array.from({ length: count }, (_, n) => `${prefix}${n}`));

test('reports that come together share a transaction, and each hears of its own', async () => {
  const { usage, database } = start();
  const answers = await Promise.all([
    usage.report('a', calls('1', '2')),
    usage.report('b', calls('2', '3')),
    usage.report('a', []),
  ]);
  expect(answers).toEqual([['accepted', 'accepted'], ['duplicate', 'accepted'], []]);
  expect(database.batches).toEqual([4]);
});

test('while the database is away calls go to the spool, and come before newer ones when it is back', async () => {
  const { usage, database, heard } = start();
  database.state = 'away';
  expect(await usage.report('a', calls('1'))).toBe('spooled');
  usage.record(pendingCall({ id: '2' }));
  await usage.flushed();
  expect(await usage.report('b', calls('3'))).toBe('spooled');
  expect([database.stored, usage.backlog()]).toMatchObject([[], { waiting: 0, failing: true, full: false }]);
  database.state = 'there';
  const newer = usage.report('a', calls('4'));
  await usage.flushed();
  expect(database.stored).toEqual(['1', '2', '3', '4']);
  expect(heard).toEqual(['1', '2', '3', '4']);
  await newer;
  expect(usage.backlog()).toMatchObject({ spooled: 0, failing: false });
  expect(await usage.report('a', calls('5'))).toEqual(['accepted']);
});

test('what keeps coming does not keep the spool from being emptied, and waits its turn', async () => {
  const { usage, database } = start();
  database.state = 'away';
  for (let n = 0; n < 4; n += 1) await usage.report('a', many(`old${n}-`, 5_000));
  const before = usage.backlog().spooled;
  database.state = 'there';
  let n = 0;
  while ((await usage.report('a', calls(`new${n}`))) === 'spooled') n += 1;
  expect(before).toBeGreaterThan(4 * 1024 * 1024);
  expect(n).toBeGreaterThan(0);
  expect(usage.backlog()).toMatchObject({ spooled: 0, failing: false });
  const order = database.stored.map((id) => id.replace(/\d+$/, ''));
  expect(order.lastIndexOf('old3-')).toBeLessThan(order.indexOf('new'));
  expect(database.stored.filter((id) => id.startsWith('new'))).toEqual(
    Array.from({ length: n + 1 }, (_, at) => `new${at}`),
  );
});

test('a commit whose answer was lost on the way is not counted again', async () => {
  const { usage, database } = start();
  database.state = 'lost';
  expect(await usage.report('a', calls('1', '2'))).toBe('spooled');
  database.state = 'there';
  await usage.flushed();
  expect(await usage.report('a', calls('1', '3'))).toEqual(['duplicate', 'accepted']);
  expect(database.stored).toEqual(['1', '2', '3']);
});

test('what is in the spool when the process ends is stored by the next one', async () => {
  const { usage, database, folder } = start();
  database.state = 'away';
  await usage.report('a', calls('1'));
  usage.record(pendingCall({ id: '2' }));
  await usage.close();
  const after = start({ folder });
  await after.usage.flushed();
  expect(after.database.stored).toEqual(['1', '2']);
});

test('a call that the database never takes is refused, and keeps no other from being stored', async () => {
  const { usage, database } = start();
  const reports = await Promise.all([
    usage.report('a', [...many('a', 500), ...calls(POISON), ...many('b', 500)]),
    usage.report('b', calls('other')),
  ]);
  expect(reports[0]).toEqual([
    ...new Array(500).fill('accepted'),
    'unstorable',
    ...new Array(500).fill('accepted'),
  ]);
  expect(reports[1]).toEqual(['accepted']);
  expect(database.stored).toHaveLength(1_001);
});

test('one that came while the database was away does not stop the spool either', async () => {
  const { usage, database } = start();
  database.state = 'away';
  await usage.report('a', calls('1', POISON, '2'));
  database.state = 'there';
  await usage.flushed();
  expect([database.stored, usage.backlog()]).toMatchObject([['1', '2'], { spooled: 0, failing: false }]);
});

test('a database that does not answer is given up after a while, and its answer does not matter any more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { usage, database } = start();
  database.state = 'silent';
  const report = usage.report('a', calls('1'));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await report).toBe('spooled');
  database.state = 'there';
  await vi.advanceTimersByTimeAsync(2_000);
  await usage.flushed();
  expect(database.stored).toEqual(['1']);
});

test('with neither a database nor room in the spool, nobody is told that anything was taken', async () => {
  const { usage, database } = start({ maxBytes: 1 });
  database.state = 'away';
  await expect(usage.report('a', calls('1'))).rejects.toMatchObject({
    status: 503,
    code: 'storage_unavailable',
    headers: { 'Retry-After': expect.any(String) },
  });
  usage.record(pendingCall({ id: '2' }));
  await usage.flushed();
  expect(usage.backlog()).toMatchObject({ waiting: 1, failing: true });
  database.state = 'there';
  await usage.flushed();
  expect(database.stored).toEqual(['2']);
  expect(usage.backlog()).toMatchObject({ waiting: 0, failing: false, full: false });
});

test('a source that floods is told to wait, and the others are stored meanwhile', async () => {
  const { usage, database } = start();
  const gate = Promise.withResolvers<void>();
  database.gate = gate.promise;
  const flood = Array.from({ length: 20 }, (_, n) => usage.report('flood', many(`f${n}-`, 5_000)));
  const settled = Promise.allSettled(flood);
  const others = ['a', 'b', 'c'].map((source) => usage.report(source, calls(source)));
  database.gate = null;
  gate.resolve();
  expect(await Promise.all(others)).toEqual([['accepted'], ['accepted'], ['accepted']]);
  const refused = (await settled).flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refused.length).toBeGreaterThan(10);
  for (const reason of refused) expect(reason).toMatchObject({ status: 429, code: 'usage_backlog' });
  // Not after everything the flood got in: in the round after the first that was under way.
  expect(database.stored.indexOf('a')).toBeLessThan(15_000);
});

test('memory is bounded: what waits for a database that hangs is refused in the end, with 503', async () => {
  const { usage, database } = start();
  const gate = Promise.withResolvers<void>();
  database.gate = gate.promise;
  const reports = Array.from({ length: 100 }, (_, n) => usage.report(`s${n}`, many(`${n}-`, 1_000)));
  const settled = Promise.allSettled(reports);
  database.gate = null;
  gate.resolve();
  const statuses = (await settled).map((result) =>
    result.status === 'rejected' ? result.reason.status : 200,
  );
  expect(statuses).toEqual([...new Array(60).fill(200), ...new Array(40).fill(503)]);
  expect(database.stored).toHaveLength(60_000);
});
