import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { issueCredential } from '../../src/features/credentials/issue-credential.ts';
import { startBenchPortal } from './bench-portal.ts';

// A process of its own, with both that are compared: the portal's gateway before the API given as the argument, and
// a proxy that does nothing but stream.

const KEYS = 50;
const [, , api = ''] = process.argv;

const { portal, url, stop } = await startBenchPortal((_, res) => void res.writeHead(404).end(), api);

const agent = new Agent();
const bare = createServer((req, res) => {
  const { host: _, connection: __, ...headers } = req.headers;
  const opts = { origin: api, path: req.url ?? '/', method: 'GET', headers } as const;
  agent
    .stream(opts, ({ statusCode, headers: answered }) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answered;
      res.writeHead(statusCode, kept);
      return res;
    })
    .catch(() => res.destroy());
}).listen(0, '127.0.0.1', async () => {
  const secrets: string[] = [];
  for (let n = 0; n < KEYS; n += 1) {
    const issued = await issueCredential(portal.ctx, portal.verifier, {
      developerId: null,
      origin: 'own_machine',
      pageAgeMs: undefined,
    });
    secrets.push(issued.secret);
  }
  process.send?.({ gateway: url, bare: `http://127.0.0.1:${(bare.address() as AddressInfo).port}`, secrets });
});

process.once('message', async () => {
  bare.close();
  bare.closeAllConnections();
  await stop();
  await agent.close();
  process.disconnect();
});
