import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bitsFor,
  createProofsOfWork,
  leadingZeroBits,
  solve,
} from '../../../src/features/agents/proof-of-work.ts';
import { createSeal } from '../../../src/features/credentials/seal.ts';

const sealed = (secretKey: string) => createProofsOfWork(createSeal({ secretKey, dataDir: '' }));
const proofs = sealed('seven'.repeat(8));
const NOW = Date.UTC(2026, 10, 21, 12);
const PLACE = { bits: 8, place: '192.0.2.1' };

function solved(bits = 8, place = PLACE.place) {
  const challenge = proofs.challenge(bits, place, NOW);
  return { challenge: challenge.challenge, nonce: solve(challenge) };
}

test('the vectors that other implementations are checked with', () => {
  const challenge = 'fc1.eyJiIjoxNn0.TEST';
  expect(solve({ challenge, bits: 8 })).toBe(85);
  expect(solve({ challenge, bits: 16 })).toBe(5857);
  expect(leadingZeroBits(challenge, 5857)).toBe(20);
});

test('a solved challenge is good where it was given out, until it expires', () => {
  const proof = solved();
  expect(proofs.flaw(proof, PLACE, NOW + 119_999)).toBeNull();
  expect(proofs.flaw(proof, PLACE, NOW + 120_000)).toBe('expired');
  expect(proofs.flaw(proof, { ...PLACE, place: '192.0.2.2' }, NOW)).toBe('foreign');
  expect(proofs.flaw(proof, { ...PLACE, bits: 9 }, NOW)).toBe('too_easy');
  expect(sealed('eight'.repeat(8)).flaw(proof, PLACE, NOW)).toBe('malformed');
});

test('an unsolved or altered challenge is refused', () => {
  const { challenge, nonce } = solved();
  const wrong = [...Array(50).keys()].find((n) => leadingZeroBits(challenge, n) < 8) ?? 0;
  expect(proofs.flaw({ challenge, nonce: wrong }, PLACE, NOW)).toBe('unsolved');
  fc.assert(
    fc.property(fc.nat(challenge.length - 1), fc.constantFrom('A', 'b', '.', '!'), (at, char) => {
      const altered = challenge.slice(0, at) + char + challenge.slice(at + 1);
      return altered === challenge || proofs.flaw({ challenge: altered, nonce }, PLACE, NOW) !== null;
    }),
  );
});

test('anything may be sent as a challenge', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (challenge, nonce) => {
      return proofs.flaw({ challenge, nonce }, PLACE, NOW) === 'malformed';
    }),
  );
});

test('work is asked for when a cap comes near, and more of it the nearer', () => {
  expect(bitsFor({ ofAddress: 0.5, altogether: 0.1 })).toBe(0);
  expect(bitsFor({ ofAddress: 0.51, altogether: 0 })).toBe(18);
  expect(bitsFor({ ofAddress: 0, altogether: 0.51 })).toBe(18);
  expect(bitsFor({ ofAddress: 0, altogether: 0.8 })).toBe(20);
  expect(bitsFor({ ofAddress: 0, altogether: 0.95 })).toBe(22);
});
