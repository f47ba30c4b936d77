import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Challenge, ProofOfWork } from './proof-schema.ts';

/** Long enough for a slow machine, too short to keep a store of solved ones. */
export const CHALLENGE_VALID_MS = 120_000;
const VERSION = 'fc1';

const payload = z.object({ b: z.int(), e: z.number(), p: z.string(), r: z.string() });

export type ProofFlaw = 'malformed' | 'expired' | 'foreign' | 'too_easy' | 'unsolved';

/**
 * Challenges carry all there is to know of them and are signed, so that nothing is stored until one was solved.
 * `place` is the network they were given to; they are worth nothing elsewhere.
 */
export interface ProofsOfWork {
  challenge(bits: number, place: string, now: number): Challenge;
  /** Null for a good proof; it may still have been used before. */
  flaw(proof: ProofOfWork, needs: { bits: number; place: string }, now: number): ProofFlaw | null;
}

export function createProofsOfWork(secret: Buffer): ProofsOfWork {
  const sign = (body: string) => createHmac('sha256', secret).update(body).digest('base64url');
  const nameOf = (place: string) => sign(`place ${place}`).slice(0, 16);
  return {
    challenge(bits, place, now) {
      const e = now + CHALLENGE_VALID_MS;
      const body = Buffer.from(
        JSON.stringify({ b: bits, e, p: nameOf(place), r: randomBytes(16).toString('base64url') }),
      ).toString('base64url');
      return {
        alg: 'SHA-256',
        bits,
        challenge: `${VERSION}.${body}.${sign(body)}`,
        expires_at: new Date(e).toISOString(),
      };
    },
    flaw({ challenge, nonce }, needs, now) {
      const [version, body = '', signature = ''] = challenge.split('.');
      if (version !== VERSION || !isSame(signature, sign(body))) return 'malformed';
      const { b, e, p } = payload.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
      if (e <= now) return 'expired';
      if (p !== nameOf(needs.place)) return 'foreign';
      if (b < needs.bits) return 'too_easy';
      return leadingZeroBits(challenge, nonce) >= b ? null : 'unsolved';
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

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What a share of the hourly caps asks for: nothing at first, then more and more. */
export function bitsFor({ ofAddress, altogether }: { ofAddress: number; altogether: number }): number {
  if (altogether > 0.9) return 22;
  if (altogether > 0.75) return 20;
  return ofAddress > 0.5 || altogether > 0.5 ? 18 : 0;
}
