import { newApp, refuseOtherMethods } from './app.ts';
import { DOCUMENT } from './contracts.ts';
import { Mailroom } from './mailroom.ts';
import { RateLimiter } from './rate-limit.ts';
import { addReading, addSending } from './routes.ts';
import { addWebhooks } from './webhook-routes.ts';

export interface RelayOptions {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Page that explains the problem codes, one heading per code. */
  errorsUrl?: string;
  /** Told of failures of Relay itself; callers only see `internal`. */
  onError?(error: unknown): void;
  messagesPerMinute?: number;
  readsPerMinute?: number;
  /** Developers remembered, the least recent forgotten first. */
  maxDevelopers?: number;
  /** Messages (and idempotency keys) kept per developer, the oldest dropped. */
  maxMessages?: number;
  /** Memory for all messages, in bytes, approximate. */
  maxBytes?: number;
}

export interface Relay {
  fetch(request: Request): Response | Promise<Response>;
}

/** Relay: a small message API. Its whole state is in memory and bounded, and no request costs more than its page. */
export function createRelay(options: RelayOptions): Relay {
  const developers = options.maxDevelopers ?? 10_000;
  const kept = options.maxMessages ?? 1_000;
  const bytes = options.maxBytes ?? 128 * 1024 * 1024;
  const limiter = (name: string, quota: number) =>
    new RateLimiter({ name, quota, windowSeconds: 60 }, developers);
  const state = {
    now: options.now,
    mailroom: new Mailroom({ developers, messagesPerDeveloper: kept, bytes }),
    writes: limiter('messages', options.messagesPerMinute ?? 120),
    reads: limiter('reads', options.readsPerMinute ?? 600),
    kept,
  };
  const app = newApp(options);
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'Your API key. The gateway checks it and tells Relay who is calling.',
  });
  addReading(app, state);
  addSending(app, state);
  addWebhooks(app, state);
  const document = JSON.stringify(app.getOpenAPI31Document(DOCUMENT));
  app.get('/v1/openapi.json', (c) =>
    c.body(document, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' }),
  );
  refuseOtherMethods(app, '/v1/me', ['GET', 'HEAD']);
  refuseOtherMethods(app, '/v1/messages', ['GET', 'HEAD', 'POST']);
  refuseOtherMethods(app, '/v1/messages/:id', ['GET', 'HEAD']);
  refuseOtherMethods(app, '/v1/webhook-endpoints', ['GET', 'HEAD', 'POST']);
  refuseOtherMethods(app, '/v1/webhook-endpoints/:id', ['DELETE']);
  refuseOtherMethods(app, '/v1/webhook-endpoints/:id/deliveries', ['GET', 'HEAD']);
  refuseOtherMethods(app, '/v1/openapi.json', ['GET', 'HEAD']);
  return { fetch: (request) => app.fetch(request) };
}
