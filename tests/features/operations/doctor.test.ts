import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { issueCredential } from '../../../src/features/credentials/issue-credential.ts';
import { checkAddress } from '../../../src/features/operations/checks/address.ts';
import { judgeClock } from '../../../src/features/operations/checks/clock.ts';
import { judgeMigrations, judgePostgres } from '../../../src/features/operations/checks/database.ts';
import { judgeSpace } from '../../../src/features/operations/checks/disk.ts';
import { judgeUpstream } from '../../../src/features/operations/checks/upstream.ts';
import { examine } from '../../../src/features/operations/doctor.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal } from '../../../src/portal.ts';
import { emptyDatabase, newDatabase, onEachDatabase } from '../../support/database.ts';
import { freePort } from '../../support/free-port.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { NOON, startPortal } from '../../support/portal.ts';

const log = createLog('silent');

/** What is found of one thing: `level: what it says`, and what to do in brackets. */
async function findings(env: Record<string, string>, about: string, now?: () => number): Promise<string[]> {
  const config = parseConfig({ PORT: String(await freePort()), ...env });
  const found = await examine(config, log, now);
  return found
    .filter((diagnosis) => diagnosis.about === about)
    .map(({ level, says, todo }) => `${level}: ${says}${todo ? ` (${todo})` : ''}`);
}

async function listen(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer as () => void).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

onEachDatabase('the doctor', (database) => {
  test('finds nothing wrong with a portal that runs, and changes nothing', async () => {
    const { portal } = await startPortal(database, { env: { SECRET_KEY: 'x'.repeat(32) } });
    await issueCredential(portal.ctx, portal.verifier, {
      developerId: null,
      origin: 'own_machine',
      pageAgeMs: undefined,
    });
    const found = await examine(portal.ctx.config, log, database === 'SQLite' ? () => NOON : Date.now);
    const wrong = found.filter(({ level }) => level !== 'ok');
    // The tests' own Postgres does without, to be fast.
    expect(wrong.map(({ says }) => says)).toEqual(
      database === 'SQLite'
        ? []
        : ['fsync is off: what the portal has acknowledged can be lost when the power goes'],
    );
    expect(found.map(({ about }) => about)).toEqual(
      expect.arrayContaining([
        'database',
        'clock',
        'address',
        'upstream',
        'secret',
        'disk',
        'mail',
        'portal',
      ]),
    );
    expect(found.find(({ about }) => about === 'secret')?.says).toBe('SECRET_KEY opens the 1 newest keys');
    expect(found.find(({ about }) => about === 'portal')?.says).toMatch(/^runs at http/);
  });

  test('looks at what no portal has used yet without beginning it', async () => {
    const data = await emptyDatabase(database);
    onTestFinished(() => data.drop());
    expect(await findings(data.env, 'database')).toContainEqual(
      expect.stringMatching(
        /^ok: (SQLite, made by the first start|Postgres .*, \d+ migrations to do, by the next start)/,
      ),
    );
    expect(existsSync(join(data.env.DATA_DIR, 'firstcall.db'))).toBe(false);
    expect(existsSync(join(data.env.DATA_DIR, 'secret.key'))).toBe(false);
  });

  test('notices a secret key that is not the one of the database, or gone, or open to others', async () => {
    const data = await newDatabase(database);
    onTestFinished(() => data.drop());
    const portal = await openPortal({ config: parseConfig({ LOG_LEVEL: 'silent', ...data.env }), log });
    await issueCredential(portal.ctx, portal.verifier, {
      developerId: null,
      origin: 'own_machine',
      pageAgeMs: undefined,
    });
    await portal.close();
    const other = await findings({ ...data.env, SECRET_KEY: 'y'.repeat(32) }, 'secret');
    expect(other).toEqual([
      expect.stringMatching(/^error: 1 of the 1 newest keys do not open under SECRET_KEY/),
    ]);
    const file = join(data.env.DATA_DIR, 'secret.key');
    chmodSync(file, 0o644);
    expect(await findings(data.env, 'secret')).toContainEqual(
      expect.stringContaining(`(Run: chmod 600 ${file})`),
    );
    rmSync(file);
    expect(await findings(data.env, 'secret')).toEqual([expect.stringMatching(/^error: .* is missing/)]);
    expect(existsSync(file)).toBe(false);
  });

  test('compares its clock with the database’s', async () => {
    const { portal } = await startPortal(database);
    await issueCredential(portal.ctx, portal.verifier, {
      developerId: null,
      origin: 'own_machine',
      pageAgeMs: undefined,
    });
    const config = { ...portal.ctx.config };
    const before = database === 'SQLite' ? NOON - 3 * 3_600_000 : Date.now() - 3 * 3_600_000;
    const [clock] = (await examine(config, log, () => before)).filter(({ about }) => about === 'clock');
    expect(clock).toMatchObject({ level: 'warning', says: expect.stringMatching(/^3 h behind the /) });
  });
});

test('a database, an API and a mail server that are out of reach are named, their passwords are not', async () => {
  const port = await freePort();
  const env = {
    DATABASE_URL: `postgres://firstcall:hunter2@127.0.0.1:${port}/portal`,
    UPSTREAM_URL: `http://127.0.0.1:${port}`,
    SMTP_URL: `smtp://user:hunter2@127.0.0.1:${port}`,
    DATA_DIR: mkdtempSync(join(tmpdir(), 'firstcall-doctor-')),
  };
  onTestFinished(() => rmSync(env.DATA_DIR, { recursive: true, force: true }));
  const found = await examine(parseConfig({ PORT: String(port), ...env }), log);
  const errors = found.filter(({ level }) => level === 'error');
  expect(errors.map(({ about }) => about)).toEqual(['database', 'upstream', 'mail']);
  expect(JSON.stringify(found)).not.toContain('hunter2');
  for (const { todo } of errors) expect(todo).toBeTruthy();
});

test('an API that answers is asked as the gateway would ask, and its clock is looked at', async () => {
  let asked: unknown;
  const UPSTREAM_URL = await listen((req, res) => {
    asked = [req.url, req.headers.authorization];
    res.writeHead(404, { Date: new Date(Date.now() - 600_000).toUTCString() }).end();
  });
  const env = { UPSTREAM_URL, UPSTREAM_AUTHORIZATION: 'Bearer ours', DATA_DIR: '/nowhere/at/all' };
  expect(await findings(env, 'upstream')).toEqual([`ok: ${UPSTREAM_URL} answers 404 to GET /v1`]);
  expect(asked).toEqual(['/v1', 'Bearer ours']);
  expect(await findings(env, 'clock')).toEqual([
    expect.stringMatching(/^warning: 10 min ahead of the API’s clock/),
  ]);
});

test('something else at the port is an error, nothing is not', async () => {
  const other = new URL(await listen((_, res) => void res.end('hello')));
  const env = { HOST: '127.0.0.1', DATA_DIR: tmpdir() };
  expect(await findings({ ...env, PORT: other.port }, 'portal')).toEqual([
    expect.stringMatching(/^error: something else/),
  ]);
  expect(await findings(env, 'portal')).toEqual([expect.stringMatching(/^ok: nothing answers/)]);
});

test('a mail server that lets the portal in is well', async () => {
  const { url } = await startMailServer();
  expect(await findings({ SMTP_URL: url, DATA_DIR: tmpdir() }, 'mail')).toEqual([
    expect.stringMatching(/^ok: SMTP at 127\.0\.0\.1:\d+ lets the portal in/),
  ]);
});

const CONFIG = parseConfig({
  PUBLIC_URL: 'https://docs.example.com',
  UPSTREAM_URL: 'https://api.example.com',
});
const answer = (status: number, location?: string) => ({ status, location, clock: null });

test.each([
  [
    'an address without encryption',
    checkAddress({ publicUrl: 'http://docs.example.com', trustProxy: true }),
    'warning',
  ],
  [
    'a proxy that is not believed',
    checkAddress({ publicUrl: 'https://docs.example.com', trustProxy: false }),
    'warning',
  ],
  ['a proxy that is', checkAddress({ publicUrl: 'https://docs.example.com', trustProxy: true }), 'ok'],
  ['an API that fails', judgeUpstream(CONFIG, answer(503)), 'warning'],
  ['an API that is elsewhere', judgeUpstream(CONFIG, answer(301, 'https://www.example.com')), 'warning'],
  ['an API that wants a key of its own', judgeUpstream(CONFIG, answer(401)), 'ok'],
  [
    'an API that refuses the gateway',
    judgeUpstream({ ...CONFIG, upstreamAuthorization: 'x' }, answer(401)),
    'warning',
  ],
  [
    'a portal that is its own API',
    judgeUpstream({ ...CONFIG, upstreamUrl: 'https://docs.example.com' }, answer(401)),
    'error',
  ],
  ['the toy API in public', judgeUpstream({ ...CONFIG, upstreamUrl: undefined }, null), 'warning'],
  ['a disk with room', [judgeSpace(5e9, '/data')], 'ok'],
  ['a disk with little room', [judgeSpace(5e8, '/data')], 'warning'],
  ['a full disk', [judgeSpace(1e6, '/data')], 'error'],
  ['a database of a newer version', [judgeMigrations('SQLite', ['9999_flying_cars'])], 'error'],
  [
    'a Postgres that forgets',
    judgePostgres({ version: '15', fsync: 'on', commit: 'off', free: 50, may_create: true }, true),
    'error',
  ],
  [
    'a Postgres without room',
    judgePostgres({ version: '15', fsync: 'on', commit: 'on', free: 3, may_create: true }, true),
    'warning',
  ],
  [
    'a user who may not create tables',
    judgePostgres({ version: '15', fsync: 'on', commit: 'on', free: 50, may_create: false }, false),
    'error',
  ],
  ['a clock that agrees', judgeClock([{ than: 'x', aheadMs: 900, toleranceMs: 100 }]), 'ok'],
  [
    'a clock that is only slowly answered',
    judgeClock([{ than: 'x', aheadMs: 3_000, toleranceMs: 2_500 }]),
    'ok',
  ],
  ['a clock that does not', judgeClock([{ than: 'x', aheadMs: -1_200, toleranceMs: 100 }]), 'warning'],
] as const)('%s', (_, found, level) => {
  expect(found.map((finding) => finding.level)).toEqual([level]);
  if (level !== 'ok') expect(found[0]?.todo).toBeTruthy();
});

test('the command ends with 1 for an error, and says what to do', async () => {
  const run = (env: Record<string, string>) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      execFile(
        process.execPath,
        ['src/cli/doctor.ts'],
        { env: { PATH: process.env.PATH, ...env } },
        (error, said) => resolve({ code: Number(error?.code ?? 0), said }),
      );
    });
  expect(await run({ DATABASE_URL: 'mysql://x' })).toMatchInlineSnapshot(`
    {
      "code": 1,
      "said": "error    configuration  DATABASE_URL must be an absolute URL that begins with postgres:// or postgresql://, but is something else.
                            → Correct it, then run this again: nothing else was looked at.

    1 error, 0 warnings
    ",
    }
  `);
  const well = await run({ DATA_DIR: tmpdir(), PORT: String(await freePort()) });
  expect(well).toMatchObject({ code: 0, said: expect.stringMatching(/\n0 errors, 0 warnings\n$/) });
});
