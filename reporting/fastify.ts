import { createReporter } from './reporter.ts';
import type { Asking, Reporter, ReporterOptions } from './types.ts';

/** What is used of a Fastify request and reply. */
export interface FastifyRequest {
  id: string;
  method: string;
  url: string;
  routeOptions: { url?: string | undefined };
  headers: Record<string, string | string[] | undefined>;
}

export interface FastifyReply {
  statusCode: number;
  elapsedTime: number;
  raw: { writableFinished: boolean };
}

export interface FastifyApp {
  addHook(
    name: 'onResponse',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown;
  addHook(name: 'onClose', hook: () => Promise<void>): unknown;
}

export type FastifyReporting = (app: FastifyApp, options: unknown, done: () => void) => void;

/** The caller went away before the answer was complete. */
const CALLER_LEFT = 499;

/** A plugin that reports every call that was made with a key: `app.register(reportCalls({ … }))`. */
export function reportCalls<Request extends FastifyRequest = FastifyRequest>(
  options: ReporterOptions & Asking<Request, FastifyReply>,
): FastifyReporting & { reporter: Reporter } {
  const reporter = createReporter(options);
  const plugin: FastifyReporting = (app, _, done) => {
    app.addHook('onResponse', (request, reply, answered) => {
      try {
        const keyId = options.keyId(request as Request);
        if (keyId) reporter.report(toCall(options, request as Request, reply, keyId));
      } catch {
        // What the caller's own functions throw is no reason to break anything.
      }
      answered();
    });
    app.addHook('onClose', () => reporter.close());
    done();
  };
  // Fastify's own sign that a plugin is for the whole application and not for a part of it.
  return Object.assign(plugin, { reporter, [Symbol.for('skip-override')]: true });
}

function toCall<Request extends FastifyRequest>(
  options: Asking<Request, FastifyReply>,
  request: Request,
  reply: FastifyReply,
  keyId: string,
) {
  const { 'user-agent': agent, 'x-request-id': requestId } = request.headers;
  return {
    keyId,
    method: request.method,
    route: request.routeOptions.url,
    path: request.url,
    status: reply.raw.writableFinished ? reply.statusCode : CALLER_LEFT,
    durationMs: reply.elapsedTime,
    errorCode: options.errorCode?.(request, reply) ?? undefined,
    requestId: typeof requestId === 'string' ? requestId : request.id,
    userAgent: typeof agent === 'string' ? agent : undefined,
  };
}
