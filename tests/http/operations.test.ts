import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { type DatabaseName, onEachDatabase } from '../support/database.ts';
import { startPortal } from '../support/portal.ts';

const ADMIN = { name: 'prometheus', actorId: 'dev_admin' };

async function start(database: DatabaseName, env: Record<string, string> = {}) {
  const at = await startPortal(database, { env });
  const { secret: root } = await createRootKey(at.portal.ctx, ADMIN);
  const scrape = async () => {
    const response = await at.call('/api/metrics', { key: root });
    expect(response.status).toBe(200);
    return response.text();
  };
  /** The value of one line, such as `name{label="x"}`. */
  const metric = async (name: string) => {
    const line = (await scrape()).split('\n').find((text) => text.startsWith(`${name} `));
    return line === undefined ? null : Number(line.slice(name.length + 1));
  };
  return { ...at, scrape, metric };
}

onEachDatabase('being alive and being ready', (database) => {
  test('are two questions: a portal that stops is alive and wants no more calls', async () => {
    const { call, portal } = await start(database);
    const ready = await call('/api/ready');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: 'ready',
        database: 'ok',
        usage: expect.objectContaining({ waiting: 0, dropped: 0, failing: false, full: false }),
      },
    ]);

    portal.readiness.stop();
    const stopping = await call('/api/ready');
    expect([stopping.status, await stopping.json()]).toMatchObject([503, { status: 'stopping' }]);
    const health = await call('/api/health');
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
  });
});

onEachDatabase('metrics', (database) => {
  test('are for those with a root key', async () => {
    const { call, issueKey } = await start(database);
    const { secret } = await issueKey();
    expect((await call('/api/metrics')).status).toBe(401);
    expect((await call('/api/metrics', { key: secret })).status).toBe(401);
  });

  test('count requests by door and status, and refusals by code', async () => {
    const { call, issueKey, sendMessage, metric, scrape } = await start(database, {
      RATE_LIMIT_PER_SECOND: '1',
    });
    const { secret } = await issueKey();
    for (const status of [201, 201, 429]) expect((await sendMessage(secret)).status).toBe(status);
    expect((await call('/v1/messages', { key: 'fc_test_no' })).status).toBe(401);
    expect((await call('/api/nowhere')).status).toBe(404);
    expect((await call('/nowhere')).status).toBe(404);

    expect(await metric('firstcall_requests_total{door="gateway",status="2xx"}')).toBe(2);
    expect(await metric('firstcall_requests_total{door="gateway",status="4xx"}')).toBe(2);
    expect(await metric('firstcall_requests_total{door="page",status="4xx"}')).toBe(1);
    expect(await metric('firstcall_request_duration_seconds_count{door="gateway"}')).toBe(4);
    expect(await metric('firstcall_refusals_total{code="rate_limited"}')).toBe(1);
    expect(await metric('firstcall_refusals_total{code="malformed_key"}')).toBe(1);
    expect(await metric('firstcall_refusals_total{code="not_found"}')).toBe(1);
    expect(await scrape()).not.toContain(secret);
  });

  test('tell how the process is, and that a stream that is open watches', async () => {
    const { call, issueKey, metric, portal } = await start(database);
    expect(await metric('firstcall_ready')).toBe(1);
    expect(await metric('firstcall_database_up')).toBe(1);
    expect(await metric('firstcall_mail_waiting')).toBe(0);
    expect(await metric('firstcall_hears_key_changes')).toBe(1);
    expect(await metric('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    const { cookie } = await issueKey();
    const stream = await call('/api/progress/stream', { cookie });
    await stream.body?.getReader().read();
    expect(await metric('firstcall_watchers')).toBe(1);
    portal.readiness.stop();
    expect(await metric('firstcall_ready')).toBe(0);
  });
});

test('a balancer that speaks HTTP/1.0 and names no host is answered', async () => {
  const { url } = await startPortal('SQLite');
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('GET /api/ready HTTP/1.0\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test('calls that cannot be stored are seen to wait, and the portal goes on', async () => {
  const { call, issueKey, sendMessage, portal, metric } = await start('SQLite');
  const { secret } = await issueKey();
  expect((await sendMessage(secret)).status).toBe(201);
  await portal.usage.flushed();
  await sql`pragma query_only = on`.execute(portal.ctx.db);
  expect((await sendMessage(secret)).status).toBe(201);
  await portal.usage.flushed();

  const ready = await call('/api/ready');
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: 'degraded', database: 'ok', usage: { waiting: 0, failing: true } },
  ]);
  await sql`pragma query_only = off`.execute(portal.ctx.db);
  expect(await metric('firstcall_usage_spooled_bytes')).toBeGreaterThan(100);
  await portal.usage.flushed();
  expect(await metric('firstcall_usage_spooled_bytes')).toBe(0);
});
