import type { MiddlewareHandler } from 'hono';
import type { RelayApp } from './app.ts';
import { identifyCaller, limitRate, type RelayEnv } from './caller.ts';
import { readJson } from './json-body.ts';
import { RelayProblem } from './problem.ts';
import type { RelayState } from './routes.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookDeliveries,
  listWebhookEndpoints,
} from './webhook-contracts.ts';

/** Refuses what is not JSON before the schema sees it. */
const requireJson: MiddlewareHandler<RelayEnv> = async (c, next) => {
  c.req.raw = await readJson(c.req.raw);
  await next();
};

export function addWebhooks(app: RelayApp, { now, mailroom, reads, writes }: RelayState): void {
  const writing = [identifyCaller, limitRate(writes, now)] as const;
  const reading = [identifyCaller, limitRate(reads, now)] as const;

  app.openapi({ ...createWebhookEndpoint, middleware: [...writing, requireJson] }, (c) => {
    const { url } = c.req.valid('json');
    return c.json(
      mailroom.change(c.var.caller, (box) => box.addWebhook(url, now())),
      201,
    );
  });

  app.openapi({ ...listWebhookEndpoints, middleware: [...reading] }, (c) =>
    c.json({ data: mailroom.find(c.var.caller)?.webhooks.list() ?? [] }, 200),
  );

  app.openapi({ ...deleteWebhookEndpoint, middleware: [...writing] }, (c) => {
    const { id } = c.req.valid('param');
    if (!mailroom.find(c.var.caller)) throw noSuchEndpoint(id);
    if (!mailroom.change(c.var.caller, (box) => box.removeWebhook(id))) throw noSuchEndpoint(id);
    return c.body(null, 204);
  });

  app.openapi({ ...listWebhookDeliveries, middleware: [...reading] }, (c) => {
    const { id } = c.req.valid('param');
    const data = mailroom.find(c.var.caller)?.webhooks.deliveries(id, c.req.valid('query').limit);
    if (!data) throw noSuchEndpoint(id);
    return c.json({ data }, 200);
  });
}

function noSuchEndpoint(id: string): RelayProblem {
  return new RelayProblem(
    'endpoint_not_found',
    `There is no webhook endpoint ${JSON.stringify(id.slice(0, 60))} among yours. Use an id from GET /v1/webhook-endpoints; the newest 10 are kept.`,
  );
}
