import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { reportCalls as expressReporting } from '../../reporting/express.ts';
import { reportCalls as fastifyReporting } from '../../reporting/fastify.ts';
import { reportCalls as honoReporting } from '../../reporting/hono.ts';
import type { Reporter, ReporterOptions } from '../../reporting/types.ts';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { startPortal } from '../support/portal.ts';

/** An API of a few routes: one with a name in it, one that fails with a code, one that answers bit by bit. */
interface Api {
  url: string;
  reporter: Reporter;
}
type StartApi = (options: ReporterOptions) => Promise<Api>;

const KEY = 'x-key-id';

const startExpress: StartApi = async (options) => {
  const app = express();
  const reporting = expressReporting({
    ...options,
    keyId: (req) => req.headers[KEY] as string | undefined,
    errorCode: (_, res) => (res.statusCode === 422 ? 'out_of_stock' : null),
  });
  app.use(reporting);
  const orders = express.Router();
  orders.get('/:name', (req, res) => void res.set('X-Request-Id', 'req_1').json({ name: req.params.name }));
  orders.post('/', (_, res) => void res.status(422).json({ code: 'out_of_stock' }));
  app.use('/orders', orders);
  app.get('/broken', () => {
    throw new Error('a fault of the API');
  });
  app.use(((_, __, res, ___) => void res.status(500).end()) satisfies express.ErrorRequestHandler);
  return { url: await listen(createServer(app)), reporter: reporting.reporter };
};

const startHono: StartApi = async (options) => {
  const app = new Hono();
  const reporting = honoReporting({
    ...options,
    keyId: (c) => c.req.header(KEY),
    errorCode: (c) => (c.res.status === 422 ? 'out_of_stock' : null),
  });
  app.use(reporting);
  const orders = new Hono();
  orders.get('/:name', (c) => c.json({ name: c.req.param('name') }, 200, { 'X-Request-Id': 'req_1' }));
  orders.post('/', (c) => c.json({ code: 'out_of_stock' }, 422));
  app.route('/orders', orders);
  app.get('/broken', () => {
    throw new Error('a fault of the API');
  });
  app.onError((_, c) => c.body(null, 500));
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  return { url: await listen(server), reporter: reporting.reporter };
};

const startFastify: StartApi = async (options) => {
  const app = Fastify();
  const reporting = fastifyReporting({
    ...options,
    keyId: (request) => request.headers[KEY] as string | undefined,
    errorCode: (_, reply) => (reply.statusCode === 422 ? 'out_of_stock' : null),
  });
  await app.register(reporting);
  await app.register(
    async (orders) => {
      orders.get<{ Params: { name: string } }>('/:name', async (request) => ({ name: request.params.name }));
      orders.post('/', async (_, reply) => reply.status(422).send({ code: 'out_of_stock' }));
    },
    { prefix: '/orders' },
  );
  app.get('/broken', async () => {
    throw new Error('a fault of the API');
  });
  onTestFinished(() => app.close());
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), reporter: reporting.reporter };
};

async function listen(server: Server): Promise<string> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const FRAMEWORKS: [name: string, start: StartApi][] = [
  ['Express', startExpress],
  ['Hono', startHono],
  ['Fastify', startFastify],
];

test.each(FRAMEWORKS)(
  'calls of an API in %s reach the portal, and the first one that works is a first call',
  async (_, start) => {
    const { portal, url, issueKey, progress } = await startPortal('SQLite');
    const { secret: rootKey } = await createRootKey(portal.ctx, { name: 'api', actorId: 'dev_admin' });
    const { secret, credential } = await issueKey();
    const problems: string[] = [];
    const api = await start({
      portal: url,
      rootKey,
      everyMs: 5,
      onProblem: (problem) => problems.push(problem),
    });

    const headers = { [KEY]: credential.id, 'X-Request-Id': 'req_1', 'User-Agent': 'python-requests/2.32' };
    expect(await (await fetch(`${api.url}/orders/ada?token=secret`, { headers })).json()).toEqual({
      name: 'ada',
    });
    expect((await fetch(`${api.url}/orders`, { headers, method: 'POST' })).status).toBe(422);
    expect((await fetch(`${api.url}/broken`, { headers })).status).toBe(500);
    expect((await fetch(`${api.url}/nowhere/123456`, { headers })).status).toBe(404);
    expect((await fetch(`${api.url}/orders/eve`)).status).toBe(200);

    await expect.poll(() => api.reporter.counts().sent).toBe(4);
    expect(problems).toEqual([]);
    const rows = await portal.ctx.db.selectFrom('usage_event').selectAll().orderBy('occurred_at').execute();
    const seen = rows.map(
      ({ method, route, status, error_code }) =>
        `${method} ${route.replace(/\/$/, '')} ${status} ${error_code}`,
    );
    expect(seen.sort()).toEqual([
      'GET /broken 500 null',
      'GET /nowhere/{id} 404 null',
      'GET /orders/{name} 200 null',
      'POST /orders 422 out_of_stock',
    ]);
    expect(rows.every(({ client, request_id }) => client === 'python' && request_id === 'req_1')).toBe(true);
    expect(JSON.stringify(rows)).not.toContain('secret');
    expect((await progress(secret)).milestones.map(({ name }) => name)).toContain('first_api_call');
  },
);

test.each(FRAMEWORKS)(
  'an API in %s answers as ever when asking for the key throws and the portal is away',
  async (_, start) => {
    const api = await start({
      portal: 'http://127.0.0.1:1',
      rootKey: 'x',
      everyMs: 1,
      onProblem: () => {
        throw new Error('a listener of the API');
      },
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => fetch(`${api.url}/orders/${n}`, { headers: { [KEY]: 'cred_1' } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(api.reporter.counts().waiting).toBe(20);
  },
);
