import type { MiddlewareHandler } from 'hono';
import { RelayProblem } from './problem.ts';
import { type RateLimiter, rateHeaders } from './rate-limit.ts';

export interface RelayEnv {
  Variables: { requestId: string; caller: string; environment: 'test' | 'live' };
}

/** A header of the gateway in front, if it can be one: visible ASCII, at most 128 characters. */

export const token = (value: string | undefined) =>
  value && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;

/** Relay stands behind a gateway that has already checked the key and says whose it is. */
export const identifyCaller: MiddlewareHandler<RelayEnv> = async (c, next) => {
  const caller = token(c.req.header('x-consumer-id'));
  if (!caller) {
    throw new RelayProblem(
      'caller_missing',
      'The request does not say who is calling: X-Consumer-Id is missing. Call Relay through its gateway, which sets it after checking the key.',
      { headers: { 'WWW-Authenticate': 'Bearer realm="relay"' } },
    );
  }
  c.set('caller', caller);
  c.set('environment', c.req.header('x-consumer-environment') === 'live' ? 'live' : 'test');
  await next();
  c.res.headers.set('Cache-Control', 'no-store');
};

export function limitRate(limiter: RateLimiter, now: () => number): MiddlewareHandler<RelayEnv> {
  return async (c, next) => {
    const decision = limiter.take(c.var.caller, now());
    const headers = rateHeaders(limiter.policy, decision);
    if (!decision.allowed) {
      const { quota, windowSeconds, name } = limiter.policy;
      throw new RelayProblem(
        'rate_limited',
        `More than ${quota} ${name} in ${windowSeconds} seconds. Wait ${decision.resetSeconds} s, then go on.`,
        { headers: { ...headers, 'Retry-After': String(decision.resetSeconds) } },
      );
    }
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}
