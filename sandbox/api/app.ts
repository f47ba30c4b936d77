import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { type RelayEnv, token } from './caller.ts';
import { problemResponse, RelayProblem } from './problem.ts';
import { validationProblem } from './validation.ts';

export type RelayApp = ReturnType<typeof newApp>;

export interface AppOptions {
  errorsUrl?: string;
  onError?(error: unknown): void;
}

/** The frame around the routes: request ids, and one form for every refusal. */
export function newApp(options: AppOptions) {
  const app = new OpenAPIHono<RelayEnv>({
    defaultHook: (result, c) => {
      if (!result.success)
        throw validationProblem(result.error.issues, result.target, knownNames(c.req.path, result.target));
    },
  });
  app.use(async (c, next) => {
    c.set('requestId', token(c.req.header('x-request-id')) ?? randomUUID());
    await next();
    c.res.headers.set('X-Request-Id', c.var.requestId);
  });
  app.onError((error, c) => {
    const problem = error instanceof RelayProblem ? error : unexpected(error, options);
    return problemResponse(problem, c.var.requestId, options.errorsUrl);
  });
  app.notFound((c) => {
    const problem = new RelayProblem(
      'not_found',
      `There is no route ${c.req.path.slice(0, 200)}. Relay has /v1/me, /v1/messages, /v1/messages/{id} and /v1/webhook-endpoints; /v1/openapi.json describes them.`,
    );
    return problemResponse(problem, c.var.requestId, options.errorsUrl);
  });
  return app;
}

/** What a refused name could have been instead, in words. */
function knownNames(path: string, target: string): string {
  const isWebhook = path.startsWith('/v1/webhook-endpoints');
  if (target === 'query') return isWebhook ? 'limit' : 'limit and cursor';
  return isWebhook ? 'url' : 'to and body';
}

function unexpected(error: unknown, options: AppOptions): RelayProblem {
  if (error instanceof HTTPException && error.status === 415) {
    return new RelayProblem(
      'unsupported_media_type',
      'The Content-Type cannot be read. Send "Content-Type: application/json".',
    );
  }
  options.onError?.(error);
  return new RelayProblem(
    'internal',
    'Relay failed while answering. Nothing is known to be wrong with the request: try again.',
  );
}

/** Hono routes an unknown method to "not found"; this says which methods there are instead. */
export function refuseOtherMethods(app: RelayApp, path: string, methods: string[]): void {
  const allow = methods.join(', ');
  app.all(path, (c) => {
    if (c.req.method === 'OPTIONS') return c.body(null, 204, { Allow: allow });
    throw new RelayProblem('method_not_allowed', `${c.req.method} is not possible here. Use ${allow}.`, {
      headers: { Allow: allow },
    });
  });
}
