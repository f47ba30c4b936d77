import type { MiddlewareHandler } from 'hono';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses whatever would change something on behalf of a page of another site, for every content type. A request
 * that carries a cookie has to say where it comes from; one without a cookie may be a program.
 */
export function requireSameOrigin(config: Config): MiddlewareHandler {
  return async (c, next) => {
    const refusal = foreignRequest(config, c.req.method, c.req.raw.headers);
    if (refusal) throw refusal;
    await next();
  };
}

/** Null for a request that may change something. */
export function foreignRequest(config: Config, method: string, headers: Headers): AppError | null {
  if (SAFE.has(method)) return null;
  const own = new URL(config.publicUrl).origin;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const foreignSite = site !== null && site !== 'same-origin' && site !== 'none';
  const foreignOrigin =
    origin === null ? headers.has('cookie') : origin !== own && !isHost(origin, headers.get('host'));
  if (!foreignSite && !foreignOrigin) return null;
  return new AppError(
    403,
    'wrong_origin',
    `This can only be done from a page of ${own}. Nothing was changed.`,
  );
}

/** The portal may be open under another name than its public one, such as 127.0.0.1. */
function isHost(origin: string, host: string | null): boolean {
  return host !== null && URL.canParse(origin) && new URL(origin).host === host;
}
