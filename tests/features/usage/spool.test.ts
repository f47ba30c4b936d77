import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openSpool, type Spool, SpoolFullError } from '../../../src/features/usage/spool.ts';
import { createLog } from '../../../src/log.ts';
import { pendingCall } from '../../support/calls.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firstcall-spool-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const open = (maxBytes = 1_000_000_000) => openSpool({ folder, maxBytes, log: createLog('silent') });
const calls = (...ids: string[]) => ids.map((id) => pendingCall({ id }));
const many = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => pendingCall({ id: `${from + n}` }));
const segments = (slot = '0') => readdirSync(join(folder, slot)).filter((name) => name.endsWith('.spool'));

/** Everything in it, in its order, which is empty then. */
async function drain(spool: Spool, most = 10_000): Promise<string[]> {
  const ids: string[] = [];
  for (let found = await spool.next(most); found; found = await spool.next(most)) {
    ids.push(...found.calls.map(({ id }) => id));
    await found.drop();
  }
  return ids;
}

test('what was appended comes back whole and in order, and then the folder is empty', async () => {
  const spool = open();
  await spool.append(calls('a', 'b'));
  await spool.append([pendingCall({ id: 'c', route: '/v1/größe/{id}', requestId: 'r' })]);
  const found = await spool.next(10);
  expect(found?.calls).toEqual([
    ...calls('a', 'b'),
    pendingCall({ id: 'c', route: '/v1/größe/{id}', requestId: 'r' }),
  ]);
  expect(spool.isEmpty()).toBe(false);
  await found?.drop();
  expect([spool.isEmpty(), spool.bytes(), segments()]).toEqual([true, 0, []]);
  await spool.close();
});

test('calls that were not dropped are there again at the next start, before newer ones', async () => {
  const before = open();
  await before.append(calls('a'));
  await before.append(calls('b'));
  await before.close();
  const after = open();
  await after.append(calls('c'));
  expect(await drain(after)).toEqual(['a', 'b', 'c']);
  await after.close();
});

test('fifty thousand calls are several files, each gone once it is read', async () => {
  const spool = open();
  for (let n = 0; n < 50_000; n += 5_000) await spool.append(many(n, n + 5_000));
  expect(segments().length).toBeGreaterThan(1);
  const read = await drain(spool, 3_000);
  expect(read).toEqual(many(0, 50_000).map(({ id }) => id));
  expect(segments()).toEqual([]);
  await spool.close();
});

test('a write that the power cut off is passed over, and what was before and after it is read', async () => {
  const first = open();
  await first.append(calls('a'));
  await first.append(calls('b'));
  await first.close();
  const [name = ''] = segments();
  const whole = readFileSync(join(folder, '0', name));
  for (let cut = 1; cut < whole.length / 2; cut += 7) {
    writeFileSync(join(folder, '0', name), whole.subarray(0, whole.length - cut));
    const spool = open();
    await spool.append(calls('c'));
    expect(await drain(spool)).toEqual(['a', 'c']);
    await spool.close();
  }
});

test('a damaged place costs what stood there and nothing else, and the file is kept', async () => {
  const before = open();
  for (const id of ['a', 'b', 'c']) await before.append(calls(id));
  await before.close();
  const [name = ''] = segments();
  const path = join(folder, '0', name);
  const bytes = readFileSync(path);
  bytes[Math.floor(bytes.length / 2)] = 0;
  writeFileSync(path, bytes);
  const spool = open();
  expect(await drain(spool)).toEqual(['a', 'c']);
  expect([segments(), existsSync(`${path}.damaged`)]).toEqual([[], true]);
  await spool.close();
});

test('noise of any kind at the end of a file is passed over', async () => {
  const before = open();
  await before.append(calls('a'));
  await before.close();
  const [name = ''] = segments();
  appendFileSync(join(folder, '0', name), Buffer.from('FCU1FCU1\xff\xff\xff\xff0000', 'latin1'));
  const spool = open();
  expect(await drain(spool)).toEqual(['a']);
  await spool.close();
});

test('a full spool takes nothing more, until something of it was stored', async () => {
  const spool = open(1_500);
  await spool.append(calls('a', 'b'));
  await expect(spool.append(calls('c', 'd', 'e', 'f'))).rejects.toThrow(SpoolFullError);
  expect(await drain(spool)).toEqual(['a', 'b']);
  await spool.append(calls('c', 'd', 'e', 'f'));
  expect(await drain(spool)).toEqual(['c', 'd', 'e', 'f']);
  await spool.close();
});

test('what comes in while the oldest is being dropped is not lost with its file', async () => {
  const spool = open();
  const expected: string[] = [];
  const read: string[] = [];
  await spool.append(calls('first'));
  expected.push('first');
  for (let n = 0; n < 200; n += 1) {
    const found = await spool.next(10);
    const appended = spool.append(calls(`${n}`));
    expected.push(`${n}`);
    read.push(...(found?.calls ?? []).map(({ id }) => id));
    await found?.drop();
    await appended;
  }
  read.push(...(await drain(spool)));
  expect(read).toEqual(expected);
  await spool.close();
});

test('two processes on one folder do not read each other’s calls; what one leaves, the next takes over', async () => {
  const one = open();
  const two = open();
  await one.append(calls('a'));
  await two.append(calls('b'));
  expect(await drain(two)).toEqual(['b']);
  await two.append(calls('c'));
  await two.close();
  await one.close();
  const after = open();
  expect(await drain(after)).toEqual(['a', 'c']);
  await after.close();
});

test('a folder that cannot be written is an error at the start and not when it is needed', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => openSpool({ folder: join(folder, 'file'), maxBytes: 1, log: createLog('silent') })).toThrow();
});
