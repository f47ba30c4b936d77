import { randomUUIDv7 } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode as StatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import type { ZodError } from 'zod';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { createProofsOfWork } from '../features/agents/proof-of-work.ts';
import type { Portal } from '../portal.ts';
import type { App, AppParts, Env } from './app-parts.ts';
import { bodyTooLarge, limitedBody } from './body-limit.ts';
import { checkPolicy, requireAccess } from './caller.ts';
import { rememberCode, toAppError, toProblem } from './problem.ts';
import { createBodyReader } from './read-body.ts';
import { addAdminRoutes } from './routes/admin.ts';
import { addAgentRoutes } from './routes/agents.ts';
import { addCredentialRoutes } from './routes/credentials.ts';
import { addKeyRoutes } from './routes/keys.ts';
import { addLanguageRoutes } from './routes/languages.ts';
import { addOnboardingRoutes } from './routes/onboarding.ts';
import { addOperationRoutes } from './routes/operations.ts';
import { addOtlpRoutes } from './routes/otlp.ts';
import { addPasskeyRoutes } from './routes/passkeys.ts';
import { addProgressRoutes } from './routes/progress.ts';
import { addProviderRoutes } from './routes/providers.ts';
import { addReportingRoutes } from './routes/reporting.ts';
import { addServiceRoutes } from './routes/service.ts';
import { addSignInRoutes } from './routes/sign-in.ts';
import { addStarterRoutes } from './routes/starters.ts';
import { addUsageRoutes } from './routes/usage.ts';
import { requireSameOrigin } from './same-origin.ts';

const BODY_LIMIT = 64 * 1024;
/** Routes that read a large body by themselves. */
const OWN_READERS = /^\/api\/(usage$|otlp\/)/;
const LARGE_BODIES = { maxBytes: 10 * 1024 * 1024, withinMs: 30_000, room: 128 * 1024 * 1024 };
const HOUR_SECONDS = 3_600;
/** The cap on all addresses together stands this far above the one for a single address. */
const ALTOGETHER = 100;

/** The portal's own API under `/api`, and the admin's door. */
export function createApp(
  portal: Portal,
  { upstream, keyLimit }: Pick<AppParts, 'upstream' | 'keyLimit'>,
): App {
  const { config, log } = portal.ctx;
  const app: App = new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
  app.use(nameRequest(log));
  app.use(requireSameOrigin(config));
  app.use(exceptOwnReaders(limitBody));
  app.use('/api/*', exceptOwnReaders(requireJson));
  app.use(requireAccess(portal));

  const parts: AppParts = {
    portal,
    upstream,
    keyLimit,
    keysPerAddress: portal.limits.limit('keys by address', {
      quota: config.keysPerHour,
      windowSeconds: HOUR_SECONDS,
      personal: true,
    }),
    keysAltogether: portal.limits.limit('keys', {
      quota: config.keysPerHour * ALTOGETHER,
      windowSeconds: HOUR_SECONDS,
    }),
    proofs: createProofsOfWork(portal.ctx.seal),
    bodies: createBodyReader(LARGE_BODIES),
  };
  addCredentialRoutes(app, parts);
  addKeyRoutes(app, parts);
  addProgressRoutes(app, parts);
  addOnboardingRoutes(app, parts);
  addLanguageRoutes(app, parts);
  addStarterRoutes(app, parts);
  addSignInRoutes(app, parts);
  addServiceRoutes(app, parts);
  addUsageRoutes(app, parts);
  addOtlpRoutes(app, parts);
  addReportingRoutes(app);
  addOperationRoutes(app, parts);
  addAdminRoutes(app, parts);
  addAgentRoutes(app, parts);
  addProviderRoutes(app, parts);
  addPasskeyRoutes(app, parts);
  checkPolicy(app);

  const answer = (c: Context<Env>, error: AppError) => {
    if (c.env?.outgoing) rememberCode(c.env.outgoing, error.code);
    return c.body(JSON.stringify(toProblem(config, error, c.var.requestId)), error.status as StatusCode, {
      ...(error.status === 401 && { 'WWW-Authenticate': `Bearer realm="${config.keyPrefix}"` }),
      ...error.headers,
      'Content-Type': 'application/problem+json',
    });
  };
  app.notFound((c) => answer(c, noSuchRoute(config, c.req)));
  app.onError((error, c) => {
    const known = error instanceof HTTPException ? fromHono(error) : toAppError(error);
    if (known.status >= 500) log.error({ err: error, requestId: c.var.requestId }, 'request failed');
    return answer(c, known);
  });
  return app;
}

/** Gives the request its id, and writes one line about it: the path without the query, and nobody's name. */
function nameRequest(log: Logger): MiddlewareHandler<Env> {
  return async (c, next) => {
    const startedAt = performance.now();
    c.set('requestId', randomUUIDv7());
    c.header('X-Request-Id', c.var.requestId);
    c.header('Cache-Control', 'no-store');
    await next();
    const { method, path } = c.req;
    const ms = Math.round(performance.now() - startedAt);
    // A code for a starter is as good as the key in it.
    const shown = path.startsWith('/start/') ? '/start/…' : path;
    log.info({ requestId: c.var.requestId, method, path: shown, status: c.res.status, ms }, 'request');
  };
}

const exceptOwnReaders = (middleware: MiddlewareHandler<Env>): MiddlewareHandler<Env> => {
  return (c, next) => (OWN_READERS.test(c.req.path) ? next() : middleware(c, next));
};

/** Hono's own limit makes a new request of the adapter's, which only works where it has replaced the global class. */
const limitBody: MiddlewareHandler<Env> = async (c, next) => {
  if (Number(c.req.header('content-length') ?? 0) > BODY_LIMIT) throw bodyTooLarge(BODY_LIMIT);
  if (c.req.header('transfer-encoding') !== undefined) {
    const { method, url, headers, body } = c.req.raw;
    const read = body && (await buffer(limitedBody(body, BODY_LIMIT)));
    c.req.raw = new Request(url, { method, headers: [...headers], body: read });
  }
  await next();
};

const requireJson: MiddlewareHandler<Env> = async (c, next) => {
  const type = c.req.header('content-type');
  const sent = c.req.raw.body !== null && c.req.header('content-length') !== '0';
  if (sent && type !== undefined && !/^application\/json\b/i.test(type)) {
    throw new AppError(
      415,
      'unsupported_media_type',
      'The body has to be JSON: send it with "Content-Type: application/json".',
    );
  }
  await next();
};

function refuseInvalid(result: { success: true } | { success: false; error: ZodError }): void {
  if (result.success) return;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.');
  throw new AppError(422, 'invalid_request', `${field ? `The field ${field}: ` : ''}${issue?.message}.`);
}

function noSuchRoute(config: Config, { method, path }: { method: string; path: string }): AppError {
  return new AppError(
    404,
    'not_found',
    `There is no ${method} ${path} here. The list is at ${config.publicUrl}/api/openapi.json.`,
  );
}

function fromHono(error: HTTPException): AppError {
  if (error.status === 400) {
    return new AppError(
      400,
      'invalid_json',
      'The body is not valid JSON. Check quotes and commas, then send it again.',
    );
  }
  return new AppError(error.status, 'invalid_request', error.message);
}
