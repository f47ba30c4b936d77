import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { isAppError } from '../../src/errors.ts';
import { type BodyReaderOptions, createBodyReader } from '../../src/http/read-body.ts';

/** A server that answers with what it read, or with why it did not. */
async function serve(options: Partial<BodyReaderOptions>) {
  const reader = createBodyReader({ maxBytes: 1_000, withinMs: 60_000, room: 1_000_000, ...options });
  const arrived: IncomingMessage[] = [];
  const server = createServer(async (req, res) => {
    arrived.push(req);
    try {
      res.end(await reader.read(req, String(req.headers['x-source'] ?? 'a')));
    } catch (error) {
      res.writeHead(isAppError(error) ? error.status : 500, isAppError(error) ? error.headers : {}).end();
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  /** A request with a body that goes on until the test ends it. */
  const open = (source = 'a') => {
    const req = request({ port, method: 'POST', headers: { 'X-Source': source } }).on('error', () => {});
    const answer = once(req, 'response').then(async ([res]) => [res.statusCode, await text(res)]);
    return { req, answer };
  };
  /** Until the server has read so many bytes of requests. */
  const untilRead = async (bytes: number) => {
    while (arrived.reduce((sum, { socket }) => sum + socket.bytesRead, 0) < bytes) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { open, untilRead };
}

test('a body in many pieces is one', async () => {
  const { open } = await serve({});
  const { req, answer } = open();
  for (const piece of ['a', 'b', 'c']) req.write(piece);
  req.end();
  expect(await answer).toEqual([200, 'abc']);
});

test('who sends a byte now and then is told after the time for the whole body, however often they send', async () => {
  const { open } = await serve({ withinMs: 150 });
  const slow = Array.from({ length: 20 }, () => open());
  const timer = setInterval(() => {
    for (const { req } of slow) req.write(' ');
  }, 10);
  const quick = open('b');
  quick.req.end('quick');
  expect(await quick.answer).toEqual([200, 'quick']);
  const answers = await Promise.all(slow.map(({ answer }) => answer));
  clearInterval(timer);
  expect(answers.map(([status]) => status)).toEqual(new Array(20).fill(408));
});

test('bodies on their way take no more memory than there is for them, and nobody gets all of it', async () => {
  const { open, untilRead } = await serve({ maxBytes: 600, room: 1_000 });
  const holder = open('greedy');
  holder.req.write('x'.repeat(400));
  await untilRead(400);
  const more = open('greedy');
  more.req.end('x'.repeat(200));
  expect(await more.answer).toEqual([429, '']);
  const other = open('modest');
  other.req.end('y'.repeat(200));
  expect(await other.answer).toEqual([200, 'y'.repeat(200)]);
  const large = open('new');
  large.req.end('z'.repeat(601));
  expect((await large.answer)[0]).toBe(413);
  holder.req.end();
  expect(await holder.answer).toEqual([200, 'x'.repeat(400)]);
  const again = open('greedy');
  again.req.end('x'.repeat(450));
  expect(await again.answer).toEqual([200, 'x'.repeat(450)]);
});
