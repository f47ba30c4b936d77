import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { portalBefore, startApi, startSocketApi } from '../support/real-api.ts';

const MEGABYTE = 1_048_576;

/** The same bytes every time, and no two pieces alike. */
async function* pieces(megabytes: number): AsyncGenerator<Buffer> {
  for (let n = 0; n < megabytes; n += 1)
    yield Buffer.alloc(MEGABYTE, createHash('sha256').update(`${n}`).digest());
}

async function digest(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}

test('a large body arrives whole in both directions', async () => {
  const api = await startApi(async (req, res) => {
    res.setHeader('X-Digest', await digest(req));
    Readable.from(pieces(256)).pipe(res);
  });
  const { secret, url } = await portalBefore(api, { MAX_BODY_BYTES: String(300 * MEGABYTE) });
  const expected = await digest(pieces(256));
  const response = await fetch(`${url}/v1/files`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}` },
    body: Readable.toWeb(Readable.from(pieces(256))) as BodyInit,
    duplex: 'half',
  } as RequestInit);
  expect(response.headers.get('x-digest')).toBe(expected);
  expect(await digest(response.body as unknown as AsyncIterable<Uint8Array>)).toBe(expected);
});

test.each([1, 256, 16_384, 16_385, 200_000])(
  'an answer of %i bytes, which are every byte there is, arrives as it was sent',
  async (length) => {
    const bytes = Buffer.alloc(length, Buffer.from(Array.from({ length: 256 }, (_, n) => 255 - n)));
    const api = await startApi((_, res) => {
      res.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': length });
      res.end(bytes);
    });
    const { call, secret } = await portalBefore(api);
    const answer = await call('/v1/logo.png', { key: secret });
    expect(answer.headers.get('content-length')).toBe(String(length));
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  },
);

test('a body of a declared length keeps it', async () => {
  const api = await startApi(async (req, res) => {
    res.end(`${req.headers['content-length']} ${req.headers['transfer-encoding']} ${await digest(req)}`);
  });
  const { call, secret } = await portalBefore(api);
  const body = 'a'.repeat(500_000);
  const answer = await call('/v1/files', { key: secret, body, method: 'PUT' });
  expect(await answer.text()).toBe(`500000 undefined ${createHash('sha256').update(body).digest('hex')}`);
});

test('events are there as they happen: the headers before the first, and with pauses longer than the time limit', async () => {
  const steps = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const api = await startApi(async (_, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    res.flushHeaders();
    for (const [n, step] of steps.entries()) {
      await step.promise;
      res.write(`data: ${n}\n\n`);
    }
    // Longer than the time limit of this portal, which is the least that it takes.
    setTimeout(() => res.end('data: last\n\n'), 2_500);
  });
  const { secret, url } = await portalBefore(api, { UPSTREAM_TIMEOUT_MS: '100' });
  const response = await fetch(`${url}/v1/events`, {
    headers: { Authorization: `Bearer ${secret}`, Accept: 'text/event-stream' },
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (const [n, step] of steps.entries()) {
    step.resolve();
    expect((await reader?.read())?.value).toBe(`data: ${n}\n\n`);
  }
  expect((await reader?.read())?.value).toBe('data: last\n\n');
});

test('an answer is not taken from the API faster than the caller reads it', async () => {
  let written = 0;
  const api = await startApi((_, res) => {
    const write = () => {
      while (written < 512 * MEGABYTE && !res.destroyed) {
        written += MEGABYTE;
        if (!res.write(Buffer.alloc(MEGABYTE))) return void res.once('drain', write);
      }
      res.end();
    };
    write();
  });
  const { secret, url } = await portalBefore(api);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /v1/flood HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\n\r\n`);
  await once(socket, 'readable');
  let before: number;
  do {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
  } while (written > before);
  expect(written).toBeLessThan(64 * MEGABYTE);
  socket.destroy();
});

test('the API may answer before it has read everything, and the sender sees the answer', async () => {
  const api = await startSocketApi((socket) =>
    socket.once('data', () =>
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'),
    ),
  );
  const { secret, url, statuses } = await portalBefore(api, { MAX_BODY_BYTES: String(64 * MEGABYTE) });
  const response = await fetch(`${url}/v1/files`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}` },
    body: Readable.toWeb(Readable.from(pieces(48))) as BodyInit,
    duplex: 'half',
  } as RequestInit);
  expect([response.status, await response.text()]).toEqual([403, 'no']);
  expect(await statuses()).toEqual([[403, null]]);
});

test('ten gigabytes are refused before they are sent, where the sender asks first', async () => {
  const api = await startApi((_, res) => res.end());
  const { secret, url } = await portalBefore(api);
  const said = await ask(url, secret, 10_737_418_240);
  expect(said).toMatch(/^HTTP\/1\.1 413 /);
  expect(await ask(url, secret, 5)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
});

test('ten gigabytes that come without asking are cut off, and the sender has seen why', async () => {
  const api = await startApi((_, res) => res.end());
  const { secret, url } = await portalBefore(api);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  socket.on('error', () => {});
  socket.write(
    `POST /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 10737418240\r\n\r\n`,
  );
  const piece = Buffer.alloc(MEGABYTE);
  let sent = 0;
  const send = () => {
    while (socket.writable && socket.write(piece)) sent += MEGABYTE;
  };
  socket.on('drain', send);
  send();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(said).toContain('"code":"body_too_large"');
  expect(sent).toBeLessThan(10_737_418_240);
});

/** What comes back, first of all, to a sender who waits for "go on". */
async function ask(url: string, secret: string, bytes: number): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\nExpect: 100-continue\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  const [said] = await once(socket, 'data');
  socket.destroy();
  return String(said);
}
