import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Seal } from '../credentials/seal.ts';
import type { Challenge, ProofOfWork } from './proof-schema.ts';

/** Long enough for a slow machine, too short to keep a store of solved ones. */
export const CHALLENGE_VALID_MS = 120_000;
/** What the seal is bound to: nothing else that was sealed passes for a challenge. */
const PURPOSE = 'challenge';

const payload = z.object({ bits: z.int(), expiresAt: z.number(), place: z.string(), random: z.string() });

export type ProofFlaw = 'malformed' | 'expired' | 'foreign' | 'too_easy' | 'unsolved';

/**
 * Challenges carry all there is to know of them, sealed, so that nothing is stored until one was solved. `place` is
 * the network they were given to; they are worth nothing elsewhere.
 */
export interface ProofsOfWork {
  challenge(bits: number, place: string, now: number): Challenge;
  /** Null for a good proof; it may still have been used before. */
  flaw(proof: ProofOfWork, needs: { bits: number; place: string }, now: number): ProofFlaw | null;
}

export function createProofsOfWork(seal: Seal): ProofsOfWork {
  return {
    challenge(bits, place, now) {
      const expiresAt = now + CHALLENGE_VALID_MS;
      const random = randomBytes(16).toString('base64url');
      return {
        alg: 'SHA-256',
        bits,
        challenge: seal.seal(JSON.stringify({ bits, expiresAt, place, random }), PURPOSE),
        expires_at: new Date(expiresAt).toISOString(),
      };
    },
    flaw({ challenge, nonce }, needs, now) {
      const opened = seal.open(challenge, PURPOSE);
      if (opened === null) return 'malformed';
      const { bits, expiresAt, place } = payload.parse(JSON.parse(opened));
      if (expiresAt <= now) return 'expired';
      if (place !== needs.place) return 'foreign';
      if (bits < needs.bits) return 'too_easy';
      return leadingZeroBits(challenge, nonce) >= bits ? null : 'unsolved';
    },
  };
}

/** Of SHA-256 of `challenge:nonce`. */
export function leadingZeroBits(challenge: string, nonce: number): number {
  const digest = hash('sha256', `${challenge}:${nonce}`, 'buffer');
  const byte = digest.findIndex((value) => value !== 0);
  return byte < 0 ? digest.length * 8 : byte * 8 + Math.clz32(digest[byte] ?? 0) - 24;
}

/** The smallest nonce that solves a challenge; about 2^bits hashes. For tests and for programs on Node. */
export function solve({ challenge, bits }: Pick<Challenge, 'challenge' | 'bits'>): number {
  let nonce = 0;
  while (leadingZeroBits(challenge, nonce) < bits) nonce += 1;
  return nonce;
}

/** What a share of the hourly caps asks for: nothing at first, then more and more. */
export function bitsFor({ ofAddress, altogether }: { ofAddress: number; altogether: number }): number {
  if (altogether > 0.9) return 22;
  if (altogether > 0.75) return 20;
  return ofAddress > 0.5 || altogether > 0.5 ? 18 : 0;
}
