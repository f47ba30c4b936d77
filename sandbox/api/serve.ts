import { serve } from '@hono/node-server';
import { createRelay } from './relay.ts';

/** Relay on its own, as an HTTP upstream: `PORT=4600 node sandbox/api/serve.ts`. Port 0 takes a free one. */
const { PORT = '4600', HOST = '127.0.0.1' } = process.env;
const port = Number(PORT);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error('PORT must be a whole number from 0 to 65535.');
  process.exit(1);
}

const relay = createRelay({ now: Date.now, onError: (error) => console.error(error) });
const server = serve({ fetch: relay.fetch, port, hostname: HOST }, (address) => {
  console.log(`relay: http://${address.address}:${address.port}`);
});
server.on('error', (error) => {
  console.error(`Relay cannot listen on port ${port}: ${error.message}`);
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => server.close(() => process.exit(0)));
