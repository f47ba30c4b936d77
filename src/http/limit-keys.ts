import { hash } from 'node:crypto';
import { AppError } from '../errors.ts';
import { spendChallenge } from '../features/agents/challenge-store.ts';
import { bitsFor, CHALLENGE_VALID_MS, type ProofFlaw } from '../features/agents/proof-of-work.ts';
import type { ProofOfWork } from '../features/agents/proof-schema.ts';
import { addressKey, type RateLimit } from '../rate-limit.ts';
import type { AppParts } from './app-parts.ts';

interface Asker {
  address: string;
  pow: ProofOfWork | undefined;
  /** Somebody who has shown who they are need not work. */
  claimed: boolean;
}

const EVERYBODY = 'all';

/**
 * Throws AppError 429 when too many keys, or codes for one, were asked for from this address or altogether; and when
 * a cap is near and no work was done.
 */
export async function limitKeys(parts: AppParts, { address, pow, claimed }: Asker): Promise<void> {
  const { portal, keysPerAddress, keysAltogether } = parts;
  const now = portal.ctx.now();
  const place = addressKey(address);
  if (!claimed) await requireWork(parts, place, pow);
  limit(keysPerAddress, place, now);
  limit(keysAltogether, EVERYBODY, now);
}

/** How hard a proof from this address would have to be now. */
export function bitsNeeded({ portal, keysPerAddress, keysAltogether }: AppParts, place: string): number {
  const now = portal.ctx.now();
  return bitsFor({
    ofAddress: keysPerAddress.used(place, now),
    altogether: keysAltogether.used(EVERYBODY, now),
  });
}

async function requireWork(parts: AppParts, place: string, pow: ProofOfWork | undefined): Promise<void> {
  const { proofs, portal } = parts;
  const bits = bitsNeeded(parts, place);
  if (bits === 0) return;
  const now = portal.ctx.now();
  const flaw = pow ? proofs.flaw(pow, { bits, place }, now) : 'missing';
  if (pow && flaw === null) {
    const spent = { challenge_hash: hash('sha256', pow.challenge), expires_at: now + CHALLENGE_VALID_MS };
    if (await spendChallenge(portal.ctx.db, spent, now)) return;
  }
  throw new AppError(
    429,
    'proof_of_work_required',
    `${FLAWS[flaw ?? 'spent']} Find the smallest whole number n for which SHA-256 of "<challenge>:<n>" begins with ${bits} zero bits, and send "pow": {"challenge": …, "nonce": n} along.`,
    {},
    { ...proofs.challenge(bits, place, now) },
  );
}

const FLAWS: Record<ProofFlaw | 'missing' | 'spent', string> = {
  missing: 'Many keys were asked for lately, so this one costs a little work.',
  malformed: 'This is not a challenge of this portal, or it was altered.',
  expired: 'The challenge has expired; here is another one.',
  foreign: 'The challenge was given to another network; here is one for this one.',
  too_easy: 'More work is asked for by now.',
  unsolved: 'The nonce does not solve the challenge.',
  spent: 'This proof has been used; here is another challenge.',
};

function limit(rateLimit: RateLimit, key: string, now: number): void {
  const { allowed, resetSeconds } = rateLimit.take(key, now);
  if (allowed) return;
  const minutes = Math.max(1, Math.ceil(resetSeconds / 60));
  throw new AppError(
    429,
    'rate_limited',
    `Too many keys were asked for lately. Use one you already have, or try again in ${minutes} min.`,
    { 'Retry-After': String(resetSeconds) },
  );
}
