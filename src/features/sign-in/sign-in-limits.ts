import { AppError } from '../../errors.ts';
import { addressKey, createRateLimit, type RateLimit } from '../../http/rate-limit.ts';

const QUARTER_HOUR_S = 15 * 60;
/** Counted for one mailbox and for one network; a household or an office shares the latter. */
const LINKS = { perEmail: 5, perAddress: 30 };
const PASSWORDS = { perEmail: 10, perAddress: 50 };

/** How often somebody may ask to be let in, by mailbox and by where they ask from. */
export interface SignInLimits {
  /** Throws AppError 429. Known and unknown addresses count alike. */
  takeLink(email: string, clientAddress: string, now: number): void;
  /** Throws AppError 429. Whoever uses up somebody else's tries leaves them the link. */
  takePassword(email: string, clientAddress: string, now: number): void;
}

export function createSignInLimits(): SignInLimits {
  const links = pair(LINKS);
  const passwords = pair(PASSWORDS);
  return {
    takeLink: (email, address, now) =>
      take(links, { email, address, now }, 'Many links were asked for lately. Use the newest in the mailbox'),
    takePassword: (email, address, now) =>
      take(passwords, { email, address, now }, 'Many passwords were tried lately. Ask for a link instead'),
  };
}

interface Pair {
  byEmail: RateLimit;
  byAddress: RateLimit;
}

function pair({ perEmail, perAddress }: { perEmail: number; perAddress: number }): Pair {
  return {
    byEmail: createRateLimit(perEmail, QUARTER_HOUR_S),
    byAddress: createRateLimit(perAddress, QUARTER_HOUR_S),
  };
}

function take(
  { byEmail, byAddress }: Pair,
  { email, address, now }: { email: string; address: string; now: number },
  advice: string,
): void {
  for (const answer of [byAddress.take(addressKey(address), now), byEmail.take(email, now)]) {
    if (answer.allowed) continue;
    const minutes = Math.max(1, Math.ceil(answer.resetSeconds / 60));
    throw new AppError(429, 'rate_limited', `${advice}, or try again in ${minutes} min.`, {
      'Retry-After': String(answer.resetSeconds),
    });
  }
}
