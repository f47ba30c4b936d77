import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A process of its own: the API behind the gateway. `/v1/messages` is a short answer, `/v1/stream` one that begins
// and ends only much later.

const BODY = '{"id":"msg_1","status":"delivered"}';
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': BODY.length };
const PAUSE_MS = 500;

const server = createServer((req, res) => {
  if (!req.url?.startsWith('/v1/stream')) {
    res.writeHead(200, HEADERS).end(BODY);
    return;
  }
  res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: first\n\n');
  const end = setTimeout(() => res.end('data: last\n\n'), PAUSE_MS);
  res.once('close', () => clearTimeout(end));
}).listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.once('disconnect', () => process.exit());
