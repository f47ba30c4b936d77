import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { portalBefore, sayRaw, startApi, startSocketApi } from '../support/real-api.ts';

/** Answers with what it was told. */
const echo = () =>
  startApi((req, res) => res.end(JSON.stringify({ url: req.url, method: req.method, headers: req.headers })));

test('headers that speak of one connection stay there, those that Connection names among them', async () => {
  const { url, secret } = await portalBefore(await echo());
  const answer = await sayRaw(
    url,
    [
      'GET /v1/things HTTP/1.1',
      'Host: api.example.com',
      `Authorization: Bearer ${secret}`,
      'Connection: close, X-Hop, Content-Length',
      'X-Hop: 1',
      'Keep-Alive: timeout=9',
      'TE: trailers',
      'Proxy-Authorization: Basic c2VjcmV0',
      'X-End: 2',
      '\r\n',
    ].join('\r\n'),
  );
  const { headers } = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
  expect(headers).toMatchObject({ 'x-end': '2', 'x-forwarded-host': 'api.example.com' });
  for (const name of ['x-hop', 'keep-alive', 'te', 'proxy-authorization', 'authorization'])
    expect(headers).not.toHaveProperty(name);
});

test('the same holds for the answer, and the request id in it is the gateway’s', async () => {
  const api = await startSocketApi((socket) =>
    socket.once('data', () =>
      socket.end(
        'HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nX-Request-Id: theirs\r\nLink: </a>\r\nLink: </b>\r\nContent-Length: 2\r\n\r\nok',
      ),
    ),
  );
  const { call, secret } = await portalBefore(api);
  const response = await call('/v1/things', { key: secret });
  expect(await response.text()).toBe('ok');
  expect(response.headers.get('x-hop')).toBeNull();
  expect(response.headers.get('link')).toBe('</a>, </b>');
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('an address of the API in Location becomes one of the gateway', async () => {
  const places = ['/base/v1/jobs/1', '', 'https://elsewhere.example/v1', '/based'];
  const api: string = await startApi((req, res) => {
    const place = places[Number(new URL(req.url ?? '', 'http://x').searchParams.get('n'))] ?? '';
    res.writeHead(303, { Location: place.startsWith('http') ? place : `${api}${place}` }).end();
  });
  const { call, secret, url } = await portalBefore(`${api}/base`);
  const location = async (n: number) =>
    (await call(`/v1/go?n=${n}`, { key: secret })).headers.get('location');
  expect(await location(0)).toBe(`${url}/v1/jobs/1`);
  expect(await location(2)).toBe('https://elsewhere.example/v1');
  expect(await location(3)).toBe(`${api}/based`);
});

test('HEAD and 304 keep their headers and have no body; the connection goes on', async () => {
  const api = await startApi((req, res) => {
    if (req.method === 'HEAD') res.writeHead(200, { 'Content-Length': '1234', ETag: '"a"' }).end();
    else if (req.headers['if-none-match']) res.writeHead(304, { ETag: '"a"' }).end();
    else res.end('whole');
  });
  const { call, secret, statuses } = await portalBefore(api);
  const head = await call('/v1/file', { key: secret, method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '1234', '']);
  const unchanged = await call('/v1/file', { key: secret, headers: { 'If-None-Match': '"a"' } });
  expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, '"a"']);
  expect(await (await call('/v1/file', { key: secret })).text()).toBe('whole');
  expect((await statuses()).map(([status]) => status)).toEqual([200, 304, 200]);
});

test('early hints get through, other answers before the answer do not disturb it', async () => {
  const api = await startSocketApi((socket) =>
    socket.once('data', () =>
      socket.end(
        'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
      ),
    ),
  );
  const { url, secret } = await portalBefore(api);
  const answer = await sayRaw(
    url,
    `GET /v1/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(
    /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>[\s\S]*HTTP\/1\.1 200 OK[\s\S]*\r\n\r\nok$/i,
  );
});

test('the error code of a compressed answer is read, and of one that keeps it in an object', async () => {
  const api = await startApi((req, res) => {
    const body = JSON.stringify({ error: { type: 'card_error', code: 'card_declined' } });
    if (req.url === '/v1/plain') res.writeHead(402).end(body);
    else res.writeHead(402, { 'Content-Encoding': 'gzip' }).end(gzipSync(body));
  });
  const { call, secret, statuses } = await portalBefore(api);
  await call('/v1/plain', { key: secret });
  expect(await (await call('/v1/packed', { key: secret })).json()).toHaveProperty('error.code');
  expect(await statuses()).toEqual([
    [402, 'card_declined'],
    [402, 'card_declined'],
  ]);
});

test.each([
  [
    'a WebSocket',
    'GET /v1/live',
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: a',
    501,
    'upgrade_unsupported',
  ],
  ['TRACE, which echoes what the API is told', 'TRACE /v1/x', 'X-A: b', 405, 'method_not_allowed'],
  ['a path that climbs', 'GET /v1/../internal', 'X-A: b', 400, 'invalid_request'],
  ['a path that climbs in disguise', 'GET /v1/%2E%2e/internal', 'X-A: b', 400, 'invalid_request'],
  ['a path that climbs at its end', 'GET /v1/a/..', 'X-A: b', 400, 'invalid_request'],
  ['a path that climbs with backslashes', 'GET /v1/..\\internal', 'X-A: b', 400, 'invalid_request'],
])('%s is refused before the API hears of it', async (_, line, headers, status, code) => {
  let heard = 0;
  const api = await startApi((_, res) => {
    heard += 1;
    res.end();
  });
  const { url, secret } = await portalBefore(api);
  const answer = await sayRaw(
    url,
    `${line} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\n${headers}\r\n\r\nGET /v1/end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain(`"code":"${code}"`);
  expect(heard).toBe(0);
});

test('an offer of HTTP/2 is let be, as curl --http2 makes it', async () => {
  const { call, secret } = await portalBefore(await echo());
  const { url } = await portalBefore(await echo());
  expect((await call('/v1/a..b', { key: secret })).status).toBe(200);
  const answer = await sayRaw(
    url,
    'GET /v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).not.toContain('http2-settings');
});
