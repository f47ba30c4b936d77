import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createReporter } from '../../reporting/reporter.ts';
import type { ReporterOptions } from '../../reporting/types.ts';
import { type Answer, listenForUsage } from '../support/usage-listener.ts';

const TAKEN: Answer = { status: 200, body: { results: [] } };

function reporterFor(portal: string, options: Partial<ReporterOptions> = {}) {
  const problems: string[] = [];
  const reporter = createReporter({
    portal,
    rootKey: 'fc_root_x',
    everyMs: 5,
    retryMs: 10,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(() => reporter.close());
  return { ...reporter, problems };
}

const call = (n: number) => ({
  keyId: 'cred_1',
  method: 'get',
  route: `/orders/:orderId(\\d+)/lines/${n}?secret=1`,
  status: 200,
  durationMs: 1.234,
});

test('calls gather and are sent together, each with an id of its own', async () => {
  const { heard, url } = await listenForUsage(() => TAKEN);
  const { report, counts } = reporterFor(`${url}/`);
  for (let n = 0; n < 3; n += 1) report(call(n));
  await expect.poll(counts).toEqual({ waiting: 0, sent: 3, rejected: 0, dropped: 0 });
  expect(heard).toHaveLength(1);
  expect(heard[0]?.sent_at).toBeGreaterThanOrEqual(heard[0]?.events[0]?.timestamp ?? Number.NaN);
  expect(heard[0]?.events[2]).toMatchObject({
    key_id: 'cred_1',
    method: 'GET',
    route: '/orders/{orderId}/lines/2',
    duration_ms: 1.2,
  });
  expect(new Set(heard[0]?.events.map(({ id }) => id)).size).toBe(3);
});

test('what the portal could not take is sent again under the same ids, when it said', async () => {
  const { heard, url } = await listenForUsage((n) =>
    n === 1 ? { status: 503, headers: { 'Retry-After': '1' } } : TAKEN,
  );
  const { report, counts, problems } = reporterFor(url);
  report(call(1));
  await expect.poll(() => counts().sent, { timeout: 5_000 }).toBe(1);
  const [first, second] = heard;
  expect(second?.events).toEqual(first?.events);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900);
  expect(problems.join()).toContain('answered 503');
});

test.each([
  ['429', { status: 429 }],
  ['a root key that does not work yet', { status: 401 }],
  ['no answer in time', null],
] as [string, Answer][])('after %s it goes on trying, with longer and longer pauses', async (_, answer) => {
  const { heard, url } = await listenForUsage((n) => (n <= 3 ? answer : TAKEN));
  const { report, counts } = reporterFor(url, { timeoutMs: 50, retryMs: 40 });
  report(call(1));
  await expect.poll(() => counts().sent, { timeout: 5_000 }).toBe(1);
  const at = heard.map((report) => report.at);
  const pauses = at.slice(1).map((time, n) => time - (at[n] ?? 0));
  expect(pauses[2]).toBeGreaterThan(pauses[0] ?? 0);
});

test('while the portal is away the oldest go when too many wait, and are counted', async () => {
  const { report, counts, flush } = reporterFor('http://127.0.0.1:1', { mostWaiting: 1_000 });
  for (let n = 0; n < 5_000; n += 1) report(call(n));
  await flush();
  const { waiting, dropped, sent } = counts();
  expect(waiting).toBeLessThanOrEqual(1_000);
  expect(waiting + dropped).toBe(5_000);
  expect(sent).toBe(0);
});

test('what was pushed out of the queue while it was under way is not taken for something else', async () => {
  const first = Promise.withResolvers<void>();
  const { heard, url } = await listenForUsage((n) => {
    if (n === 1) first.resolve();
    return n === 1 ? { status: 503, headers: { 'Retry-After': '0' } } : TAKEN;
  });
  const { report, counts } = reporterFor(url, { mostWaiting: 10 });
  for (let n = 0; n < 8; n += 1) report(call(n));
  await first.promise;
  for (let n = 8; n < 20; n += 1) report(call(n));
  await expect.poll(() => counts().waiting).toBe(0);
  const routes = new Set(heard.slice(1).flatMap(({ events }) => events.map(({ route }) => route)));
  expect(routes.has('/orders/{orderId}/lines/19')).toBe(true);
  expect(counts().sent + counts().dropped).toBe(20);
});

test('a batch that is too large is sent in halves; one that is not understood is given up and the next is not', async () => {
  const { heard, url } = await listenForUsage((n, { events }) => {
    if (events.length > 4) return { status: 413 };
    return n === 3 ? { status: 422, body: { detail: 'No.' } } : TAKEN;
  });
  const { report, counts, problems } = reporterFor(url);
  for (let n = 0; n < 8; n += 1) report(call(n));
  await expect.poll(() => counts().waiting).toBe(0);
  expect(heard.map(({ events }) => events.length)).toEqual([8, 4, 4]);
  expect(counts()).toMatchObject({ sent: 4, dropped: 4 });
  expect(problems.join()).toContain('answered 422: No.');
});

test('events that are refused one by one are counted, with the reason', async () => {
  const { url } = await listenForUsage(() => ({
    status: 200,
    body: { results: [{ index: 0, status: 'rejected', code: 'unknown_key', message: 'No such key.' }] },
  }));
  const { report, counts, problems } = reporterFor(url);
  report(call(1));
  report(call(2));
  await expect.poll(counts).toMatchObject({ sent: 1, rejected: 1 });
  expect(problems).toEqual(['A call was refused: unknown_key. No such key.']);
});

test('nothing is thrown into the API, whatever it is told', async () => {
  const { report } = createReporter({
    portal: 'not an address',
    rootKey: '\n',
    everyMs: 1,
    onProblem: () => {
      throw new Error('a listener');
    },
  });
  expect(() => report({} as never)).not.toThrow();
  expect(() => report(null as never)).not.toThrow();
  expect(() => report({ ...call(1), errorCode: 7 as never, durationMs: Number.NaN })).not.toThrow();
});

const PROGRAM = `
  import { createReporter } from './reporting/reporter.ts';
  const reporter = createReporter({ portal: process.env.PORTAL, rootKey: 'fc_root_x', everyMs: 60_000 });
  reporter.report({ keyId: 'cred_1', method: 'GET', path: '/a', status: 200, durationMs: 1 });
  console.log('reported');
`;

test.each([
  ['ends', '', null, 0],
  ['is told to stop', 'setInterval(() => {}, 1_000);', 'SIGTERM', 'SIGTERM'],
  [
    'is told to stop and has its own way of it',
    "setInterval(() => {}, 1_000); process.on('SIGTERM', () => setTimeout(() => process.exit(7), 500));",
    'SIGTERM',
    7,
  ],
] as const)('a program that %s has reported what was waiting', async (_, rest, signal, end) => {
  const { heard, url } = await listenForUsage(() => TAKEN);
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM + rest], {
    env: { ...process.env, PORTAL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  if (signal) child.kill(signal);
  const [code, killedBy] = await exit;
  expect(killedBy ?? code).toBe(end);
  expect(heard.flatMap(({ events }) => events)).toHaveLength(1);
});
