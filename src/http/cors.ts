import type { IncomingMessage, ServerResponse } from 'node:http';

const EXPOSED =
  'X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, Location, Link, Idempotency-Replayed';
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const PREFLIGHT_SECONDS = '7200';

/**
 * Any site's script may call the API: the key is the permission, and no cookie is ever read here. Programs that are
 * no browser send no Origin and get none of this.
 */
export function setCorsHeaders(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.origin === undefined) return;
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Access-Control-Expose-Headers', EXPOSED);
}

/** Answers a browser's question whether it may call; returns whether it was one. */
export function answerPreflight(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.method !== 'OPTIONS' || !req.headers['access-control-request-method']) return false;
  res.writeHead(204, {
    'Access-Control-Allow-Methods': METHODS,
    // The wildcard does not cover Authorization (Fetch standard, CORS-safelisted request headers).
    'Access-Control-Allow-Headers':
      req.headers['access-control-request-headers'] ?? 'Authorization, Content-Type',
    'Access-Control-Max-Age': PREFLIGHT_SECONDS,
    Vary: 'Access-Control-Request-Headers',
  });
  res.end();
  return true;
}
