import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Stands where a portal would: takes everything, or says nothing at all.

const server = createServer((req, res) => {
  req.resume().once('end', () => {
    if (!req.url?.startsWith('/hangs')) res.end('{}');
  });
}).listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.once('disconnect', () => process.exit());
