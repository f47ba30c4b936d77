import { LRUCache } from 'lru-cache';

/** `quota` requests within `windowSeconds`, counted from the first one. `name` is what the headers call it. */
export interface RatePolicy {
  name: string;
  quota: number;
  windowSeconds: number;
}

export interface RateDecision {
  allowed: boolean;
  remaining: number;
  /** Whole seconds until the quota is full again. */
  resetSeconds: number;
}

/** A fixed window per caller: one number and one time each, whatever the traffic. */
export class RateLimiter {
  readonly policy: RatePolicy;
  #windows: LRUCache<string, { used: number; endsAt: number }>;

  constructor(policy: RatePolicy, callers: number) {
    this.policy = policy;
    this.#windows = new LRUCache({ max: callers });
  }

  take(caller: string, now: number): RateDecision {
    const { quota, windowSeconds } = this.policy;
    let window = this.#windows.get(caller);
    if (!window || window.endsAt <= now) {
      window = { used: 0, endsAt: now + windowSeconds * 1000 };
      this.#windows.set(caller, window);
    }
    const allowed = window.used < quota;
    if (allowed) window.used += 1;
    return {
      allowed,
      remaining: quota - window.used,
      resetSeconds: Math.max(1, Math.ceil((window.endsAt - now) / 1000)),
    };
  }
}

/** draft-ietf-httpapi-ratelimit-headers-11: structured-field lists of named items. */
export function rateHeaders(policy: RatePolicy, decision: RateDecision): Record<string, string> {
  return {
    'RateLimit-Policy': `"${policy.name}";q=${policy.quota};w=${policy.windowSeconds}`,
    RateLimit: `"${policy.name}";r=${decision.remaining};t=${decision.resetSeconds}`,
  };
}
