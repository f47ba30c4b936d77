import { randomUUIDv7 } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { AppError } from '../errors.ts';
import type { Portal } from '../portal.ts';
import { bodyTooLarge } from './body-limit.ts';
import { toAppError, toProblem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import { addAdminRoutes } from './routes/admin.ts';
import { addCredentialRoutes } from './routes/credentials.ts';
import { addOnboardingRoutes } from './routes/onboarding.ts';
import { addProgressRoutes } from './routes/progress.ts';
import { addServiceRoutes } from './routes/service.ts';
import { requireSameOrigin } from './same-origin.ts';
import type { Upstream } from './upstream.ts';

/** What the portal's own routes work with. */
export interface AppParts {
  portal: Portal;
  upstream: Upstream;
  /** Keys without sign-up, per address. */
  keysPerAddress: ReturnType<typeof createRateLimit>;
  /** Keys without sign-up, altogether. */
  keysAltogether: ReturnType<typeof createRateLimit>;
}

export interface Env {
  Variables: { requestId: string };
  Bindings: { clientAddress: string };
}
export type App = OpenAPIHono<Env>;

const BODY_LIMIT = 64 * 1024;
const HOUR_SECONDS = 3_600;
/** The cap on all addresses together stands this far above the one for a single address. */
const ALTOGETHER = 100;

/** The portal's own API under `/api`, and the admin's door. */
export function createApp(portal: Portal, upstream: Upstream): App {
  const { config, log } = portal.ctx;
  const app: App = new OpenAPIHono<Env>({
    defaultHook(result) {
      if (result.success) return;
      const [issue] = result.error.issues;
      const field = issue?.path.join('.');
      throw new AppError(422, 'invalid_request', `${field ? `The field ${field}: ` : ''}${issue?.message}.`);
    },
  });
  app.use(async (c, next) => {
    c.set('requestId', randomUUIDv7());
    c.header('X-Request-Id', c.var.requestId);
    c.header('Cache-Control', 'no-store');
    const startedAt = performance.now();
    await next();
    const ms = Math.round(performance.now() - startedAt);
    log.info(
      { requestId: c.var.requestId, method: c.req.method, path: c.req.path, status: c.res.status, ms },
      'request',
    );
  });
  app.use(requireSameOrigin(config));
  app.use(bodyLimit({ maxSize: BODY_LIMIT, onError: () => Promise.reject(bodyTooLarge(BODY_LIMIT)) }));
  app.use(async (c, next) => {
    const type = c.req.header('content-type');
    const sent = c.req.header('content-length') !== '0' && c.req.raw.body !== null;
    if (c.req.path.startsWith('/api/') && sent && type !== undefined && !/^application\/json\b/i.test(type)) {
      throw new AppError(
        415,
        'unsupported_media_type',
        'The body has to be JSON: send it with "Content-Type: application/json".',
      );
    }
    await next();
  });

  const parts: AppParts = {
    portal,
    upstream,
    keysPerAddress: createRateLimit(config.keysPerHour, HOUR_SECONDS),
    keysAltogether: createRateLimit(config.keysPerHour * ALTOGETHER, HOUR_SECONDS),
  };
  addCredentialRoutes(app, parts);
  addProgressRoutes(app, parts);
  addOnboardingRoutes(app, parts);
  addServiceRoutes(app, parts);
  addAdminRoutes(app, parts);

  app.notFound((c) =>
    answer(
      c,
      new AppError(
        404,
        'not_found',
        `There is no ${c.req.method} ${c.req.path} here. The list is at ${config.publicUrl}/api/openapi.json.`,
      ),
    ),
  );
  app.onError((error, c) => {
    const known = error instanceof HTTPException ? fromHono(error) : toAppError(error);
    if (known.status >= 500) log.error({ err: error, requestId: c.var.requestId }, 'request failed');
    return answer(c, known);
  });
  return app;

  function answer(c: Parameters<Parameters<App['onError']>[0]>[1], error: AppError): Response {
    return c.body(JSON.stringify(toProblem(config, error, c.var.requestId)), error.status as 400, {
      ...error.headers,
      'Content-Type': 'application/problem+json',
    });
  }
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
