import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request as send } from 'undici';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { openPostgres } from '../../src/db/postgres.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { newDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startHaproxy } from '../support/haproxy.ts';

const CALLERS = 8;
const WAIT = { timeout: 30_000, interval: 50 };

/** An API that takes its time, and streams every other answer. */
async function startApi(): Promise<string> {
  let calls = 0;
  const server = createServer((req, res) => {
    calls += 1;
    const slow = calls % 4 === 0 ? 300 : 10;
    const streamed = calls % 2 === 0;
    req.resume().once('end', () => {
      if (streamed) res.write('{"half":');
      setTimeout(() => res.end(streamed ? '1}' : '{}'), slow);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function startProcess(port: number, env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['src/server.ts'], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'error', ...env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Calls without a pause until it is told to stop. Only 200 with a whole body is an answer. */
function keepCalling(url: string, key: string, agent: Agent) {
  const results = { answered: 0, failures: [] as string[], stopped: false };
  const call = async (n: number) => {
    const method = n % 2 === 0 ? 'GET' : 'POST';
    const { statusCode, body } = await send(`${url}/v1/orders`, {
      dispatcher: agent,
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: method === 'POST' ? '{"to":"ada"}' : null,
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode} ${text.slice(0, 200)}`);
    JSON.parse(text);
  };
  const running = (async () => {
    for (let n = 0; !results.stopped; n += 1) {
      await call(n).then(
        () => {
          results.answered += 1;
        },
        (error: unknown) => results.failures.push(String(error)),
      );
    }
  })();
  return { results, running };
}

async function restartOneAfterTheOther(startBalancer: (ports: readonly number[]) => Promise<Balancer>) {
  const data = await newDatabase('Postgres');
  onTestFinished(() => data.drop());
  const env = {
    ...data.env,
    DATABASE_URL: data.env.DATABASE_URL ?? '',
    PUBLIC_URL: 'http://127.0.0.1',
    SECRET_KEY: 'x'.repeat(32),
    UPSTREAM_URL: await startApi(),
    RATE_LIMIT_PER_SECOND: '1000000',
    DRAIN_MS: '1000',
  };
  const ports = [await freePort(), await freePort()];
  const children = ports.map((port) => startProcess(port, env));
  const balancer = await startBalancer(ports);
  onTestFinished(() => balancer.close());
  await vi.waitFor(async () => expect(await balancer.inRotation()).toEqual(ports), WAIT);

  const issued = await fetch(`${balancer.url}/api/credentials`, { method: 'POST' });
  const { secret } = (await issued.json()) as { secret: string };
  const cookie = issued.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  const stream = await fetch(`${balancer.url}/api/progress/stream`, { headers: { cookie } });
  const streamEnded = stream.text();

  const agent = new Agent({ connections: CALLERS });
  onTestFinished(() => agent.destroy());
  const callers = Array.from({ length: CALLERS }, () => keepCalling(balancer.url, secret, agent));
  const answered = () => callers.reduce((sum, { results }) => sum + results.answered, 0);
  for (const [n, port] of ports.entries()) {
    await vi.waitFor(() => expect(answered()).toBeGreaterThan((n + 1) * 200), WAIT);
    const child = children[n];
    const exited = child && once(child, 'exit');
    child?.kill('SIGTERM');
    expect((await exited)?.[0]).toBe(0);
    startProcess(port, env);
    await vi.waitFor(async () => expect(await balancer.inRotation()).toEqual(ports), WAIT);
  }
  await vi.waitFor(() => expect(answered()).toBeGreaterThan(600), WAIT);
  for (const { results } of callers) results.stopped = true;
  await Promise.all(callers.map(({ running }) => running));

  expect(callers.flatMap(({ results }) => results.failures)).toEqual([]);
  // It was asked to come back, and not cut off.
  expect(await streamEnded).toMatch(/retry: 100\n\n$/);
  const db = openPostgres(env.DATABASE_URL, () => {});
  onTestFinished(() => db.destroy());
  await vi.waitFor(async () => {
    const { count } = await db
      .selectFrom('usage_event')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(answered());
  }, WAIT);
}

const onPostgres = inject('postgresUrl') !== null;
const hasHaproxy = spawnSync('haproxy', ['-v']).status === 0;

test.skipIf(!onPostgres)(
  'two portals behind a plain balancer are restarted one after the other, and nobody’s request fails',
  () => restartOneAfterTheOther(startBalancer),
  120_000,
);

test.skipIf(!onPostgres || !hasHaproxy)(
  'the same behind HAProxy, as the operators’ page says how',
  () => restartOneAfterTheOther(startHaproxy),
  120_000,
);
