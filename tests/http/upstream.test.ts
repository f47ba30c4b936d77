import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startPortal } from '../support/portal.ts';

/** A real HTTP server where the company's API will stand. */
async function startApi(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function portalBefore(api: string, env: Record<string, string> = {}) {
  return startPortal('SQLite', { env: { UPSTREAM_URL: api, ...env } });
}

test('the API behind the gateway gets the request, the caller and its own authorisation, and never the key', async () => {
  const api = await startApi(async (req, res) => {
    res.setHeader('Access-Control-Allow-Origin', 'https://only.example');
    res.setHeader('Set-Cookie', ['a=1', 'b=2']);
    res.end(
      JSON.stringify({ url: req.url, method: req.method, headers: req.headers, body: await text(req) }),
    );
  });
  const { call, issueKey, url } = await portalBefore(`${api}/base`, {
    UPSTREAM_AUTHORIZATION: 'Bearer internal',
  });
  const { secret, developer_id } = await issueKey();
  const response = await call('/v1/things?page=2', {
    key: secret,
    method: 'PUT',
    body: { a: 1 },
    headers: {
      Origin: 'https://elsewhere.example',
      'X-Forwarded-For': '1.2.3.4',
      'X-Consumer-Id': 'dev_somebody',
    },
  });
  const seen = await response.json();
  expect(seen).toMatchObject({ url: '/base/v1/things?page=2', method: 'PUT', body: '{"a":1}' });
  expect(seen.headers).toMatchObject({
    authorization: 'Bearer internal',
    'x-consumer-id': developer_id,
    'x-consumer-environment': 'test',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': new URL(url).host,
    'x-request-id': response.headers.get('x-request-id'),
  });
  expect(JSON.stringify(seen)).not.toContain(secret);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('an answer streams through as it is written', async () => {
  const finish = Promise.withResolvers<void>();
  const api = await startApi(async (_, res) => {
    res.write('first');
    await finish.promise;
    res.end('second');
  });
  const { call, issueKey } = await portalBefore(api);
  const { secret } = await issueKey();
  const response = await call('/v1/stream', { key: secret });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe('first');
  finish.resolve();
  expect((await reader?.read())?.value).toBe('second');
});

test('what went wrong in the API is recorded with its own code, and its calls are no first call', async () => {
  const api = await startApi((_, res) => {
    res.writeHead(422, { 'Content-Type': 'application/json' });
    res.end('{"error":{"message":"no"},"code":"recipient_unknown"}');
  });
  const { call, issueKey, portal, progress } = await portalBefore(api);
  const { secret } = await issueKey();
  expect((await call('/v1/things/12345?q=secret', { key: secret })).status).toBe(422);
  const { milestones } = await progress(secret);
  expect(milestones.map(({ name }) => name)).toEqual(['first_attempt']);
  const [event] = await portal.ctx.db.selectFrom('usage_event').selectAll().execute();
  expect(event).toMatchObject({ route: '/v1/things/{id}', status: 422, error_code: 'recipient_unknown' });
});

test('an API that is not there is a 502 with a sentence, and counts as an attempt', async () => {
  const { call, issueKey, progress } = await portalBefore('http://127.0.0.1:1');
  const { secret } = await issueKey();
  const response = await call('/v1/things', { key: secret });
  expect(await response.json()).toMatchObject({ status: 502, code: 'upstream_unreachable' });
  expect((await progress(secret)).milestones.map(({ name }) => name)).toEqual(['first_attempt']);
});

test('an API that says nothing is a 504, and one that breaks off ends the answer', async () => {
  const api = await startApi((req, res) => {
    if (req.url !== '/v1/broken') return;
    res.writeHead(200, { 'Content-Length': '100' });
    res.write('half', () => res.destroy());
  });
  const { call, issueKey } = await portalBefore(api, { UPSTREAM_TIMEOUT_MS: '300' });
  const { secret } = await issueKey();
  expect(await (await call('/v1/slow', { key: secret })).json()).toMatchObject({
    status: 504,
    code: 'upstream_timeout',
  });
  await expect(call('/v1/broken', { key: secret }).then((broken) => broken.text())).rejects.toThrow();
  expect((await call('/api/health')).status).toBe(200);
});

test('a body of undeclared length is measured while it streams', async () => {
  const api = await startApi(async (req, res) => {
    res.end(String((await text(req)).length));
  });
  const { issueKey, url } = await portalBefore(api, { MAX_BODY_BYTES: '65536' });
  const { secret } = await issueKey();
  const send = (bytes: number) =>
    fetch(`${url}/v1/upload`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}` },
      body: Readable.toWeb(
        Readable.from([Buffer.alloc(bytes / 2, 'a'), Buffer.alloc(bytes / 2, 'b')]),
      ) as BodyInit,
      duplex: 'half',
    } as RequestInit);
  expect(await (await send(60_000)).text()).toBe('60000');
  expect(await (await send(80_000)).json()).toMatchObject({ status: 413, code: 'body_too_large' });
});

test('a caller who hangs up is recorded as gone', async () => {
  const arrived = Promise.withResolvers<void>();
  const api = await startApi(() => arrived.resolve());
  const { issueKey, portal, url } = await portalBefore(api);
  const { secret } = await issueKey();
  const leaving = new AbortController();
  const pending = fetch(`${url}/v1/slow`, {
    headers: { Authorization: `Bearer ${secret}` },
    signal: leaving.signal,
  });
  await arrived.promise;
  leaving.abort();
  await expect(pending).rejects.toThrow();
  await expect
    .poll(async () => {
      await portal.usage.flushed();
      return portal.ctx.db.selectFrom('usage_event').select('status').execute();
    })
    .toEqual([{ status: 499 }]);
});
