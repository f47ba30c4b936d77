import type { MiddlewareHandler } from 'hono';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses whatever would change something on behalf of a page of another site, for every content type. A request
 * that carries a cookie has to say where it comes from; one without a cookie may be a program.
 */
export function requireSameOrigin(config: Config): MiddlewareHandler {
  const own = new URL(config.publicUrl).origin;
  return async (c, next) => {
    if (!SAFE.has(c.req.method)) {
      const site = c.req.header('sec-fetch-site');
      const origin = c.req.header('origin');
      const hasCookie = c.req.header('cookie') !== undefined;
      const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
      const foreignOrigin =
        origin === undefined ? hasCookie : origin !== own && !isHost(origin, c.req.header('host'));
      if (foreignSite || foreignOrigin) {
        throw new AppError(
          403,
          'wrong_origin',
          `This can only be done from a page of ${own}. Nothing was changed.`,
        );
      }
    }
    await next();
  };
}

/** The portal may be open under another name than its public one, such as 127.0.0.1. */
function isHost(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
