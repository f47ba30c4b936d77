import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { portalBefore, startApi, startSocketApi } from '../support/real-api.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** How the API breaks, what the caller is told, and what is recorded. */
const BREAKS: [how: string, talk: (socket: Socket) => void, status: number, code: string][] = [
  ['hangs', () => {}, 504, 'upstream_timeout'],
  ['resets the connection', (socket) => socket.resetAndDestroy(), 502, 'upstream_failed'],
  ['closes without a word', (socket) => socket.end(), 502, 'upstream_failed'],
  ['answers what is not HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 502, 'upstream_failed'],
  [
    'breaks off within its headers',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'),
    502,
    'upstream_failed',
  ],
  [
    'sends more headers than anybody reads',
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`),
    502,
    'upstream_failed',
  ],
  [
    'answers with a status that there is not',
    (socket) => socket.end('HTTP/1.1 099 Odd\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok'),
    502,
    'upstream_failed',
  ],
  [
    'names two lengths',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'),
    502,
    'upstream_failed',
  ],
];

test.each(BREAKS)('an API that %s', async (_, talk, status, code) => {
  let heard = 0;
  const api = await startSocketApi((socket) =>
    socket.once('data', () => {
      heard += 1;
      talk(socket);
    }),
  );
  const { call, secret, statuses } = await portalBefore(api, { UPSTREAM_TIMEOUT_MS: '300' });
  const problem = await (await call('/v1/orders', { key: secret, body: { n: 1 } })).json();
  expect(problem).toMatchObject({ status, code });
  expect(problem.detail).toContain('may have been carried out');
  expect(heard).toBe(1);
  expect(await statuses()).toEqual([[status, code]]);
});

test.each([
  ['a length that is never reached', 'Content-Length: 100', 'half', (socket: Socket) => socket.end()],
  [
    'a piece that never ends',
    'Transfer-Encoding: chunked',
    '5\r\nab',
    (socket: Socket) => socket.resetAndDestroy(),
  ],
  ['silence in the middle', 'Content-Length: 100', 'half', () => {}],
])('%s breaks the answer off, so that nobody takes half for the whole', async (what, header, half, end) => {
  const api = await startSocketApi((socket) =>
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n${half}`);
      setImmediate(() => end(socket));
    }),
  );
  const { call, secret, statuses } = await portalBefore(api, { UPSTREAM_TIMEOUT_MS: '300' });
  await expect(call('/v1/report', { key: secret }).then((answer) => answer.text())).rejects.toThrow();
  await expect
    .poll(statuses)
    .toEqual([[502, what.startsWith('silence') ? 'upstream_timeout' : 'upstream_failed']]);
});

test('an answer longer than it said does not become the beginning of another’s', async () => {
  const api = await startSocketApi((socket) =>
    socket.on('data', () => socket.write(`${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`)),
  );
  const { call, secret } = await portalBefore(api, { RATE_LIMIT_PER_SECOND: '1000' });
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const answer = await call(`/v1/things/${n}`, { key: secret });
      return answer.status === 200 ? answer.text() : String(answer.status);
    }),
  );
  expect(answers.filter((answer) => answer === 'evil')).toEqual([]);
  expect(answers).toContain('ok');
});

test('what asks for nothing to be done is sent once more when a kept connection turns out to be closed', async () => {
  const heard: string[] = [];
  const api = await startSocketApi((socket) => {
    socket.on('data', (chunk) => {
      const [line = ''] = String(chunk).split(' HTTP');
      heard.push(line);
      // Every connection answers once, and closes on the second request without a word.
      if (heard.length % 2 === 1) socket.write(OK);
      else socket.destroy();
    });
  });
  const { call, secret, statuses } = await portalBefore(api);
  expect((await call('/v1/a', { key: secret })).status).toBe(200);
  expect((await call('/v1/b', { key: secret })).status).toBe(200);
  const problem = await (await call('/v1/c', { key: secret, body: {} })).json();
  expect(problem).toMatchObject({ status: 502, code: 'upstream_failed' });
  expect(heard).toEqual(['GET /v1/a', 'GET /v1/b', 'GET /v1/b', 'POST /v1/c']);
  expect((await statuses()).map(([status]) => status)).toEqual([200, 200, 502]);
});

test('an API that is away altogether is asked no second time, and the caller hears that nothing was done', async () => {
  const { call, secret } = await portalBefore('http://127.0.0.1:1');
  const response = await call('/v1/orders', { key: secret, body: {} });
  const problem = await response.json();
  expect(problem).toMatchObject({ status: 502, code: 'upstream_unreachable' });
  expect(problem.detail).toContain('was not carried out');
  expect(response.headers.get('retry-after')).toBe('5');
});

test('a slow upload is no silence of the API', async () => {
  const api = await startApi(async (req, res) => {
    let bytes = 0;
    for await (const chunk of req) bytes += (chunk as Buffer).length;
    res.end(String(bytes));
  });
  const { secret, url } = await portalBefore(api, { UPSTREAM_TIMEOUT_MS: '1000' });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 6\r\nConnection: close\r\n\r\n`,
  );
  for (const letter of 'abcdef') {
    await new Promise((resolve) => setTimeout(resolve, 500));
    socket.write(letter);
  }
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
});

test('a caller who leaves while sending takes the request to the API along', async () => {
  const broken = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const api = await startApi((req) => {
    req.once('data', () => arrived.resolve());
    req.once('error', () => broken.resolve());
  });
  const { secret, url, statuses } = await portalBefore(api);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 100\r\n\r\nhalf`,
  );
  await arrived.promise;
  socket.destroy();
  await broken.promise;
  await expect.poll(statuses).toEqual([[499, null]]);
});
