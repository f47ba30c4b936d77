import { routePath } from 'hono/route';
import { createReporter } from './reporter.ts';
import type { Asking, Reporter, ReporterOptions } from './types.ts';

/** What is used of Hono's context. */
export interface HonoContext {
  req: { method: string; path: string; header(name: string): string | undefined };
  res: Response;
}

export interface HonoReporting<Context extends HonoContext> {
  (c: Context, next: () => Promise<void>): Promise<void>;
  reporter: Reporter;
}

/** Middleware that reports every call that was made with a key: `app.use(reportCalls({ … }))`, before your routes. */
export function reportCalls<Context extends HonoContext>(
  options: ReporterOptions & Asking<Context>,
): HonoReporting<Context> {
  const reporter = createReporter(options);
  const middleware = async (c: Context, next: () => Promise<void>) => {
    const startedAt = performance.now();
    await next();
    try {
      const keyId = options.keyId(c);
      if (!keyId) return;
      reporter.report({
        keyId,
        method: c.req.method,
        route: routeOf(c),
        path: c.req.path,
        status: c.res.status,
        durationMs: performance.now() - startedAt,
        errorCode: options.errorCode?.(c, c) ?? undefined,
        requestId: c.res.headers.get('x-request-id') ?? c.req.header('x-request-id'),
        userAgent: c.req.header('user-agent'),
      });
    } catch {
      // What the caller's own functions throw is no reason to break anything.
    }
  };
  return Object.assign(middleware, { reporter });
}

/** The pattern of the handler that answered; undefined where only middleware matched. */
function routeOf(c: HonoContext): string | undefined {
  const pattern = routePath(c as unknown as Parameters<typeof routePath>[0], -1);
  return pattern.includes('*') ? undefined : pattern;
}
