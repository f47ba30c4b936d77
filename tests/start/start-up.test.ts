import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';

/** Runs the production entry; the pages have been built before these tests. */
function start(env: Record<string, string>, user: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, ['src/server.ts'], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const errors: string[] = [];
  const started = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (line.startsWith('admin:')) started.resolve();
  });
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  const exited = once(child, 'exit').then(([code]) => code as number);
  return { child, lines, errors, exited, started: Promise.race([started.promise, exited]) };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a portal says in five lines what it is, answers, and leaves when asked to', async () => {
  const port = String(await freePort());
  const DATA_DIR = newFolder();
  const portal = start({ PORT: port, DATA_DIR, SMTP_URL: 'smtp://user:hunter2@mail.example:587' });
  await portal.started;
  expect(portal.lines).toEqual([
    `portal: http://localhost:${port}`,
    `database: SQLite in ${DATA_DIR}/firstcall.db`,
    'upstream: Relay, the built-in API',
    expect.stringMatching(/^mail: SMTP at mail\.example:587/),
    expect.stringMatching(new RegExp(`^admin: http://localhost:${port}/admin/enter\\?token=[a-z0-9]{40}$`)),
  ]);
  const health = await fetch(`http://localhost:${port}/api/health`);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  portal.child.kill('SIGTERM');
  expect(await portal.exited).toBe(0);
  expect(portal.errors).toEqual([]);
});

test('a call that was answered just before the portal was asked to leave is on disk', async () => {
  const port = String(await freePort());
  const DATA_DIR = newFolder();
  const url = `http://localhost:${port}`;
  const first = start({ PORT: port, DATA_DIR });
  await first.started;
  const { secret } = await (await fetch(`${url}/api/credentials`, { method: 'POST' })).json();
  const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ to: 'ada@example.com', body: 'Hello' });
  expect((await fetch(`${url}/v1/messages`, { method: 'POST', headers, body })).status).toBe(201);
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);

  const second = start({ PORT: port, DATA_DIR });
  await second.started;
  const { milestones } = await (await fetch(`${url}/api/progress`, { headers })).json();
  expect(milestones.map(({ name }: { name: string }) => name)).toContain('first_own_machine_call');
});

test('a wrong variable stops the start with one sentence that names it', async () => {
  const portal = start({ PORT: 'http' });
  expect(await portal.exited).toBe(1);
  expect(portal.errors).toEqual(['error: PORT must be a whole number from 0 to 65535, but is "http".']);
});

test('a taken port stops the start with one sentence', async () => {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const port = String((server.address() as AddressInfo).port);
  const portal = start({ PORT: port, DATA_DIR: newFolder() });
  expect(await portal.exited).toBe(1);
  expect(portal.errors).toEqual([
    `error: Port ${port} is taken: stop what uses it, or start with PORT=<another>.`,
  ]);
});

// Root may write everything, so then another user has to try, who must be able to reach this folder.
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const canTry = spawnSync(process.execPath, ['--eval', ''], { ...NOBODY, cwd: process.cwd() }).status === 0;

test.skipIf(!canTry)(
  'a database file that may not be written stops the start with one sentence',
  async () => {
    const DATA_DIR = newFolder();
    const port = String(await freePort());
    const first = start({ PORT: port, DATA_DIR });
    await first.started;
    first.child.kill('SIGTERM');
    await first.exited;

    chmodSync(join(DATA_DIR, 'firstcall.db'), 0o444);
    chmodSync(DATA_DIR, 0o555);
    const second = start({ PORT: port, DATA_DIR }, NOBODY);
    expect(await second.exited).toBe(1);
    expect(second.errors).toEqual([
      expect.stringMatching(
        new RegExp(`^error: The database in DATA_DIR \\(${DATA_DIR}\\) cannot be written: `),
      ),
    ]);
    chmodSync(DATA_DIR, 0o755);
  },
);

test('a Postgres that is not there stops the start without its password', async () => {
  const portal = start({
    DATABASE_URL: 'postgres://firstcall:hunter2@127.0.0.1:1/portal',
    PORT: String(await freePort()),
  });
  expect(await portal.exited).toBe(1);
  expect(portal.errors).toHaveLength(1);
  expect(portal.errors[0]).toMatch(/^error: DATABASE_URL cannot be reached: /);
  expect(portal.errors[0]).not.toContain('hunter2');
});

test('the log of everything that happens names requests and never a key or a session', async () => {
  const port = String(await freePort());
  const url = `http://localhost:${port}`;
  const portal = start({ PORT: port, DATA_DIR: newFolder(), LOG_LEVEL: 'trace' });
  await portal.started;
  const issued = await fetch(`${url}/api/credentials`, { method: 'POST' });
  const { secret } = await issued.json();
  const session = issued.headers.getSetCookie()[0]?.split(';')[0]?.split('=')[1] ?? '';
  const headers = { Authorization: `Bearer ${secret}`, Cookie: `firstcall_visitor=${session}` };
  for (const path of [
    '/v1/me',
    `/v1/me?key=${secret}`,
    '/api/progress',
    '/api/nothing',
    '/insights',
    '/quickstart/',
  ]) {
    await fetch(url + path, { headers });
  }
  const admin = portal.lines.at(-1)?.split('token=')[1] ?? '';
  await fetch(`${url}/admin/enter?token=${admin}`, { redirect: 'manual' });
  portal.child.kill('SIGTERM');
  await portal.exited;
  const log = portal.errors.join('\n');
  expect(log).toContain('"path":"/api/credentials","status":201');
  for (const hidden of [secret, session, admin]) {
    expect(hidden.length).toBeGreaterThan(30);
    expect(log).not.toContain(hidden);
  }
});
