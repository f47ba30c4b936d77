import { AppError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';
import { addressKey, type RateLimit, type RateLimitAnswer } from '../../rate-limit.ts';

const QUARTER_HOUR_S = 15 * 60;
/** Counted for one mailbox and for one network; a household or an office shares the latter. */
const LINKS = { perEmail: 5, perAddress: 30 };
/** Each is a row until it is finished or ten minutes old. */
const CEREMONIES_PER_ADDRESS = 60;
const PASSWORDS = { perEmail: 10, perAddress: 50 };

/** How often somebody may ask to be let in, by mailbox and by where they ask from. */
export interface SignInLimits {
  /** Throws AppError 429. Known and unknown addresses count alike. */
  takeLink(email: string, clientAddress: string, now: number): void;
  /** Throws AppError 429. Whoever uses up somebody else's tries leaves them the link. */
  takePassword(email: string, clientAddress: string, now: number): void;
  /** Throws AppError 429. Counts sign-ins with a passkey or at a provider, when they begin. */
  takeCeremony(clientAddress: string, now: number): void;
}

export function createSignInLimits(limits: Pick<Limits, 'limit'>): SignInLimits {
  const quarterly = (name: string, quota: number) =>
    limits.limit(name, { quota, windowSeconds: QUARTER_HOUR_S, personal: true });
  const pair = (name: string, { perEmail, perAddress }: { perEmail: number; perAddress: number }): Pair => ({
    byEmail: quarterly(`${name} by mailbox`, perEmail),
    byAddress: quarterly(`${name} by address`, perAddress),
  });
  const links = pair('links', LINKS);
  const passwords = pair('passwords', PASSWORDS);
  const ceremonies = quarterly('ceremonies by address', CEREMONIES_PER_ADDRESS);
  return {
    takeLink: (email, address, now) =>
      take(links, { email, address, now }, 'Many links were asked for lately. Use the newest in the mailbox'),
    takePassword: (email, address, now) =>
      take(passwords, { email, address, now }, 'Many passwords were tried lately. Ask for a link instead'),
    takeCeremony: (address, now) =>
      requireRoom(
        ceremonies.take(addressKey(address), now),
        'Many sign-ins were begun lately. Finish one of them',
      ),
  };
}

interface Pair {
  byEmail: RateLimit;
  byAddress: RateLimit;
}

function take(
  { byEmail, byAddress }: Pair,
  { email, address, now }: { email: string; address: string; now: number },
  advice: string,
): void {
  for (const answer of [byAddress.take(addressKey(address), now), byEmail.take(email, now)]) {
    requireRoom(answer, advice);
  }
}

function requireRoom({ allowed, resetSeconds }: RateLimitAnswer, advice: string): void {
  if (allowed) return;
  const minutes = Math.max(1, Math.ceil(resetSeconds / 60));
  throw new AppError(429, 'rate_limited', `${advice}, or try again in ${minutes} min.`, {
    'Retry-After': String(resetSeconds),
  });
}
