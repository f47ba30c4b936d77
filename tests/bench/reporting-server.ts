import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { reportCalls } from '../../reporting/express.ts';

// A process of its own: the same API in Express three times, without reporting, with it, and with it while the portal
// does not answer. The portal is another process, and its address the argument.

const [, , portal = ''] = process.argv;
const quiet = { rootKey: 'fc_root_x', keyId: () => 'cred_1', onProblem: () => {} };

const servers: Server[] = [];

async function start(...middleware: RequestHandler[]): Promise<string> {
  const app = express();
  for (const each of middleware) app.use(each);
  app.get('/orders/:id', (req, res) => void res.json({ id: req.params.id, status: 'shipped' }));
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders/12345`;
}

const reporting = reportCalls({ ...quiet, portal, mostWaiting: 100_000 });
const stuck = reportCalls({ ...quiet, portal: `${portal}/hangs`, timeoutMs: 2_000 });

process.send?.({ plain: await start(), reporting: await start(reporting), stuck: await start(stuck) });

process.once('message', async () => {
  await reporting.reporter.flush(10_000);
  process.send?.(reporting.reporter.counts());
  for (const server of servers) server.close();
  process.exit();
});
