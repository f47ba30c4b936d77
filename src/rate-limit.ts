import { latelyUsed } from './lately-used.ts';

export interface RateLimitAnswer {
  allowed: boolean;
  /** How many more would be let through at once. */
  remaining: number;
  /** Whole seconds until one more is let through (refused), or until all are again (allowed). */
  resetSeconds: number;
}

export interface RateLimit {
  take(key: string, now: number): RateLimitAnswer;
  /** Counts what was let through elsewhere, even where it was too much: then that has to be waited for. */
  add(key: string, count: number, now: number): void;
  /** The share of the quota that is taken at the moment, from 0 to 1. */
  used(key: string, now: number): number;
  readonly quota: number;
  readonly windowSeconds: number;
  /** Both as the header RateLimit-Policy says them. */
  readonly policy: string;
}

const REMEMBERED = 100_000;

/**
 * The generic cell rate algorithm: one number per key, the time at which its bucket is full again. `quota` at
 * once, refilled evenly over the window. Bounded: the keys used least recently are forgotten, which favours them.
 */
export function createRateLimit(quota: number, windowSeconds: number): RateLimit {
  // Changed in place, because that is cheaper than another entry for every call.
  const buckets = latelyUsed<{ fullAt: number }>(REMEMBERED);
  const interval = (windowSeconds * 1_000) / quota;
  const window = windowSeconds * 1_000;

  function bucketOf(key: string) {
    const known = buckets.get(key);
    if (known) return known;
    const fresh = { fullAt: Number.NEGATIVE_INFINITY };
    buckets.set(key, fresh);
    return fresh;
  }

  return {
    quota,
    windowSeconds,
    policy: `"key";q=${quota};w=${windowSeconds}`,
    used: (key, now) => Math.max(0, (buckets.get(key)?.fullAt ?? now) - now) / window,
    add(key, count, now) {
      const bucket = bucketOf(key);
      bucket.fullAt = Math.max(bucket.fullAt, now) + count * interval;
    },
    take(key, now) {
      const bucket = bucketOf(key);
      const next = Math.max(bucket.fullAt, now) + interval;
      const debt = next - now;
      if (debt > window) {
        return { allowed: false, remaining: 0, resetSeconds: Math.ceil((debt - window) / 1_000) };
      }
      bucket.fullAt = next;
      return {
        allowed: true,
        remaining: Math.floor((window - debt) / interval + 1e-9),
        resetSeconds: Math.ceil(debt / 1_000),
      };
    },
  };
}

/** IPv6 callers own whole /64 networks, so those count as one address. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? expandIpv6(plain).slice(0, 4).join(':') : plain;
}

function expandIpv6(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
}
