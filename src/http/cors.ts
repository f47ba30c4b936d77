import type { IncomingMessage, ServerResponse } from 'node:http';

const EXPOSED =
  'X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, Location, Link, Idempotency-Replayed';
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const PREFLIGHT_SECONDS = '7200';

/**
 * Any site's script may call the API: the key is the permission, and no cookie is ever read here. Programs that are
 * no browser send no Origin and get none of this.
 */
export function corsHeaders(req: IncomingMessage): string[] {
  return req.headers.origin === undefined
    ? []
    : ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', EXPOSED];
}

/** Whether a browser asks if it may call. */
export function isPreflight(req: IncomingMessage): boolean {
  return req.method === 'OPTIONS' && Boolean(req.headers['access-control-request-method']);
}

export function answerPreflight(req: IncomingMessage, res: ServerResponse, headers: readonly string[]): void {
  res.writeHead(204, [
    ...headers,
    'Access-Control-Allow-Methods',
    METHODS,
    // The wildcard does not cover Authorization (Fetch standard, CORS-safelisted request headers).
    'Access-Control-Allow-Headers',
    req.headers['access-control-request-headers'] ?? 'Authorization, Content-Type',
    'Access-Control-Max-Age',
    PREFLIGHT_SECONDS,
    'Vary',
    'Access-Control-Request-Headers',
  ]);
  res.end();
}
