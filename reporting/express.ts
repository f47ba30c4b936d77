import { createReporter } from './reporter.ts';
import type { Asking, Reporter, ReporterOptions } from './types.ts';

/** What is used of an Express request; also of one of Connect and of Node's own server. */
export interface ExpressRequest {
  method?: string | undefined;
  url?: string | undefined;
  originalUrl?: string;
  baseUrl?: string;
  route?: { path?: unknown };
  headers: Record<string, string | string[] | undefined>;
}

export interface ExpressResponse {
  statusCode: number;
  writableFinished: boolean;
  getHeader(name: string): unknown;
  once(event: 'close', listener: () => void): unknown;
}

export interface ExpressReporting {
  (req: ExpressRequest, res: ExpressResponse, next: () => void): void;
  reporter: Reporter;
}

/** The caller went away before the answer was complete. */
const CALLER_LEFT = 499;

/** Middleware that reports every call that was made with a key. Put it before your routes. */
export function reportCalls<Request extends ExpressRequest = ExpressRequest>(
  options: ReporterOptions & Asking<Request, ExpressResponse>,
): ExpressReporting {
  const reporter = createReporter(options);
  const middleware = (req: ExpressRequest, res: ExpressResponse, next: () => void) => {
    const startedAt = performance.now();
    res.once('close', () => {
      try {
        const request = req as Request;
        const keyId = options.keyId(request);
        if (!keyId) return;
        reporter.report({
          keyId,
          method: req.method ?? 'GET',
          route: routeOf(req),
          path: req.originalUrl ?? req.url,
          status: res.writableFinished ? res.statusCode : CALLER_LEFT,
          durationMs: performance.now() - startedAt,
          errorCode: options.errorCode?.(request, res) ?? undefined,
          requestId: wordOf(res.getHeader('x-request-id')) ?? wordOf(req.headers['x-request-id']),
          userAgent: wordOf(req.headers['user-agent']),
        });
      } catch {
        // What the caller's own functions throw is no reason to break anything.
      }
    });
    next();
  };
  return Object.assign(middleware, { reporter });
}

/** Undefined where no route matched, or one that is no plain pattern. */
function routeOf({ route, baseUrl = '' }: ExpressRequest): string | undefined {
  return typeof route?.path === 'string' ? baseUrl + route.path : undefined;
}

function wordOf(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
