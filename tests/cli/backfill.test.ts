import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { type DatabaseName, onEachDatabase } from '../support/database.ts';
import { HOUR, NOON, startPortal } from '../support/portal.ts';

async function startWithLogs(database: DatabaseName) {
  const at = await startPortal(database);
  const { secret: rootKey } = await createRootKey(at.portal.ctx, { name: 'backfill', actorId: 'dev_admin' });
  const { secret, credential } = await at.issueKey();
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const start = (files: string[], key = rootKey) =>
    spawn(process.execPath, [join(process.cwd(), 'src/cli/backfill.ts'), '--portal', at.url, ...files], {
      cwd: folder,
      env: { ...process.env, FIRSTCALL_ROOT_KEY: key },
    });
  return {
    ...at,
    secret,
    credential,
    start,
    write: (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content),
    async run(files: string[], key = rootKey) {
      const child = start(files, key);
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      return { code, out, err };
    },
    stored: () => at.portal.ctx.db.selectFrom('usage_event').selectAll().orderBy('received_at').execute(),
  };
}

/** One call a second, going back from noon. */
function combined(key: string, calls: number, last = NOON - HOUR): string {
  return Array.from({ length: calls }, (_, n) => {
    const [, day, month, year, time] =
      /(\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(last - (calls - n) * 1_000).toUTCString()) ?? [];
    return `203.0.113.7 - ${key} [${day}/${month}/${year}:${time} +0000] "GET /orders/${10_000 + n}?t=secret HTTP/1.1" 200 5 "-" "curl/8"\n`;
  }).join('');
}

onEachDatabase('filling in from old logs', (database) => {
  test('calls of a log count when they were made; lines that cannot be used are named', async () => {
    const { write, run, stored, credential, progress, secret } = await startWithLogs(database);
    const event = {
      key_id: credential.id,
      timestamp: NOON - 2 * HOUR,
      method: 'POST',
      route: '/orders',
      status: 422,
    };
    write('access.log', `${combined(credential.id, 3)}garbage\n\n${combined('cred_nobody', 1)}`);
    write(
      'old.ndjson.gz',
      gzipSync(`${JSON.stringify({ ...event, id: 'a' })}\n${JSON.stringify({ ...event, id: 'b' })}`),
    );
    const { code, out, err } = await run(['access.log', 'old.ndjson.gz']);
    expect(code).toBe(0);
    expect(out).toContain('access.log: 3 calls sent, 1 refused, 1 line could not be used.');
    expect(out).toContain('old.ndjson.gz: 2 calls sent.');
    expect(err).toContain('access.log:4: neither JSON nor the format "combined"');
    expect(err).toContain('access.log:6: unknown_key: ');
    const rows = await stored();
    expect(rows.map(({ id }) => id).slice(0, 2)).toEqual(['a', 'b']);
    expect(rows.at(-1)).toMatchObject({
      received_at: NOON - HOUR - 1_000,
      route: '/orders/{id}',
      client: 'curl',
    });
    expect(JSON.stringify(rows)).not.toContain('secret');
    const first = (await progress(secret)).milestones.find(({ name }) => name === 'first_api_call');
    expect(first?.reached_at).toBe(new Date(NOON - HOUR - 3_000).toISOString());
  });

  test('killed in the middle and started again, every call is there once', async () => {
    const { write, start, run, stored, credential, portal } = await startWithLogs(database);
    const calls = 30_000;
    write('access.log', combined(credential.id, calls));
    const child = start(['access.log']);
    const count = async () => (await stored()).length;
    await expect.poll(count, { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await portal.usage.flushed();
    const before = await count();
    expect(before).toBeLessThan(calls);

    const { code, out } = await run(['access.log']);
    expect(code).toBe(0);
    expect(out).toMatch(/access\.log: \d+ calls sent(, \d+ were there already)?(, \d+ sent before)?\./);
    expect(await count()).toBe(calls);
    expect((await run(['access.log'])).out).toContain(`access.log: 0 calls sent, ${calls} sent before.`);
  });
});

test('a log that has grown is read on, one that was rotated is the same log, and names can be told to be keys', async () => {
  const { write, run, stored, credential } = await startWithLogs('SQLite');
  write('keys.csv', `acme,${credential.id}\n`);
  const older = combined('acme', 5);
  write('access.log', older);
  expect((await run(['--keys', 'keys.csv', 'access.log'])).out).toContain('5 calls sent.');
  write('access.log.1.gz', gzipSync(older + combined('acme', 2, NOON)));
  expect((await run(['--keys', 'keys.csv', 'access.log.1.gz'])).out).toContain(
    '2 calls sent, 5 sent before.',
  );
  expect(await stored()).toHaveLength(7);
});

test.each([
  ['no log', [], undefined, /Name the logs/],
  ['a log that is not there', ['gone.log'], undefined, /ENOENT.*gone\.log/],
  ['a root key that is none', ['access.log'], 'fc_root_wrong', /answered 401.*no root key/],
  ['half a gzip', ['half.gz'], undefined, /half\.gz: unexpected end of file/],
])('%s is one sentence and an exit code', async (_, files, key, words) => {
  const { write, run, credential } = await startWithLogs('SQLite');
  write('access.log', combined(credential.id, 1));
  write('half.gz', gzipSync(combined(credential.id, 1_000)).subarray(0, 500));
  const { code, err } = await run(files, key);
  expect(code).toBe(1);
  expect(err).toMatch(words);
  expect(err).not.toContain('    at ');
});
