import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { NOON, startPortal } from '../support/portal.ts';

async function start(env: Record<string, string> = {}) {
  const at = await startPortal('SQLite', { env });
  const { secret: rootKey } = await createRootKey(at.portal.ctx, { name: 'reporter', actorId: 'dev_admin' });
  const { credential } = await at.issueKey();
  const event = (id: string) => ({
    id,
    key_id: credential.id,
    timestamp: NOON,
    method: 'GET',
    path: '/v1/messages',
    status: 200,
  });
  const post = (body: string | Buffer, headers: Record<string, string> = {}, path = '/api/usage') =>
    fetch(at.url + path, {
      method: 'POST',
      body: body as never,
      headers: { Authorization: `Bearer ${rootKey}`, 'Content-Type': 'application/json', ...headers },
    });
  const stored = async () => {
    const rows = await at.portal.ctx.db.selectFrom('usage_event').select('id').orderBy('id').execute();
    return rows.map(({ id }) => id);
  };
  /** A request of which the test sends the body itself. */
  const open = (headers: Record<string, string> = {}): ClientRequest =>
    request(`${at.url}/api/usage`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${rootKey}`, 'Content-Type': 'application/json', ...headers },
    });
  return { ...at, rootKey, event, post, stored, open };
}

const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];
const MEGABYTE = Buffer.alloc(1_000_000, 32);
const GZIP = { 'Content-Encoding': 'gzip' };

test('a body that is no JSON, no UTF-8 or no report is refused as a whole, with the reason', async () => {
  const { post, event, stored } = await start();
  const whole = JSON.stringify({ events: [event('a')] });
  expect(await codeOf(await post(whole.slice(0, -3)))).toEqual([400, 'invalid_json']);
  expect(await codeOf(await post(''))).toEqual([400, 'invalid_json']);
  expect(await codeOf(await post(Buffer.from(`${whole}\xff`, 'latin1')))).toEqual([400, 'invalid_json']);
  for (const body of [
    '[]',
    'null',
    '"events"',
    '{"events":{}}',
    '{"event":[]}',
    '{"events":[],"backfill":"yes"}',
  ]) {
    expect([body, ...(await codeOf(await post(body)))]).toEqual([body, 422, 'invalid_request']);
  }
  expect(await codeOf(await post(whole, {}, '/api/usage?backfill=1'))).toEqual([422, 'invalid_request']);
  expect(await codeOf(await post(whole, { 'Content-Type': 'text/xml' }))).toEqual([
    415,
    'unsupported_media_type',
  ]);
  expect(await codeOf(await post(whole, { 'Content-Encoding': 'br' }))).toEqual([
    415,
    'unsupported_media_type',
  ]);
  expect(await stored()).toEqual([]);
});

test('who has no root key is told so before the body is looked at', async () => {
  const { post, issueKey } = await start();
  const { secret } = await issueKey();
  expect(await codeOf(await post('{', { Authorization: '' }))).toEqual([401, 'missing_key']);
  expect(await codeOf(await post('{', { Authorization: `Bearer ${secret}` }))).toEqual([
    401,
    'malformed_key',
  ]);
});

test('more events than one report may have are refused as a whole', async () => {
  const { post, event, stored } = await start();
  const events = Array.from({ length: 10_001 }, (_, n) => event(`${n}`));
  expect(await codeOf(await post(JSON.stringify({ events })))).toEqual([422, 'invalid_request']);
  const lines = events.map((one) => JSON.stringify(one)).join('\n');
  const asLines = await post(lines, { 'Content-Type': 'application/x-ndjson' });
  expect(await codeOf(asLines)).toEqual([422, 'invalid_request']);
  expect(await stored()).toEqual([]);
});

test('a gzip bomb is refused when it has unpacked as much as a report may be', async () => {
  const { post } = await start();
  const bomb = gzipSync(Buffer.alloc(500_000_000, 32));
  expect(bomb.length).toBeLessThan(600_000);
  const before = process.memoryUsage().rss;
  expect(await codeOf(await post(bomb, GZIP))).toEqual([413, 'body_too_large']);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

test('gzip that was cut off, damaged or never was any is refused, and nothing of it is stored', async () => {
  const { post, event, stored } = await start();
  const events = Array.from({ length: 100 }, (_, n) => event(`${n}`));
  const packed = gzipSync(JSON.stringify({ events }));
  for (const cut of [1, 8, 20, packed.length - 5, packed.length]) {
    const part = packed.subarray(0, packed.length - cut);
    expect([cut, ...(await codeOf(await post(part, GZIP)))]).toEqual([cut, 400, 'invalid_encoding']);
  }
  const damaged = Buffer.from(packed);
  damaged.fill(0xaa, 100, 120);
  expect(await codeOf(await post(damaged, GZIP))).toEqual([400, 'invalid_encoding']);
  expect(await codeOf(await post(JSON.stringify({ events }), GZIP))).toEqual([400, 'invalid_encoding']);
  expect(await stored()).toEqual([]);
});

test('ten gigabytes are refused by what they say they are, or once more came than a report may be', async () => {
  const { open } = await start();
  const announced = open({ 'Content-Length': '10000000000' });
  announced.on('error', () => {});
  announced.write('{"events":[');
  const [refused] = await once(announced, 'response');
  expect([refused.statusCode, JSON.parse(await text(refused)).code]).toEqual([413, 'body_too_large']);
  announced.destroy();

  const chunked = open();
  chunked.on('error', () => {});
  const answer = once(chunked, 'response').then(async ([response]) => [
    response.statusCode,
    JSON.parse(await text(response)).code,
  ]);
  let sent = 0;
  const endless = new Readable({
    read() {
      sent += MEGABYTE.length;
      this.push(MEGABYTE);
    },
  });
  endless.pipe(chunked);
  expect(await answer).toEqual([413, 'body_too_large']);
  endless.destroy();
  chunked.destroy();
  expect(sent).toBeLessThan(1_000_000_000);
});

test('who goes away in the middle leaves nothing behind', async () => {
  const { url, rootKey, post, event, stored } = await start();
  const { port } = new URL(url);
  for (let n = 0; n < 20; n += 1) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /api/usage HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${rootKey}\r\nContent-Length: 9000000\r\n\r\n{"events":[`,
    );
    await once(socket, 'connect');
    socket.destroy();
  }
  expect((await post(JSON.stringify({ events: [event('a')] }))).status).toBe(200);
  expect(await stored()).toEqual(['a']);
});

test('a full disk under the database and the spool is never a 2xx, and is over when there is room again', async () => {
  const { post, event, portal, stored } = await start({ SPOOL_MAX_BYTES: '1048576' });
  await sql`pragma query_only = on`.execute(portal.ctx.db);
  const events = (from: number) =>
    JSON.stringify({
      events: Array.from({ length: 1_000 }, (_, n) => event(`${from + n}`.padStart(5, '0'))),
    });
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) statuses.push((await post(events(n * 1_000))).status);
  const taken = statuses.filter((status) => status === 202).length;
  expect(statuses).toEqual([...new Array(taken).fill(202), ...new Array(6 - taken).fill(503)]);
  expect(taken).toBeGreaterThan(0);
  const refused = await post(events(9_000));
  expect([refused.headers.get('Retry-After'), ...(await codeOf(refused))]).toEqual([
    '5',
    503,
    'storage_unavailable',
  ]);
  await sql`pragma query_only = off`.execute(portal.ctx.db);
  await portal.usage.flushed();
  expect(await stored()).toHaveLength(taken * 1_000);
  expect((await post(events(9_000))).status).toBe(200);
});
