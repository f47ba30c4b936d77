import { latelyUsed } from '../../lately-used.ts';
import type { VerifiedCredential } from './credential-verifier.ts';
import { hashKey } from './key-format.ts';

/** 18 of the 36 characters: 107 bits of the front, 71 of the back, which nobody hits upon by chance. */
const HALF = 18;
const REMEMBERED = 20_000;
const RUN = /[0-9A-Za-z]{18,}/g;
/** Beyond this many a text is no request of somebody's with a key in it. */
const RUNS = 6;

/**
 * Tells whose key a cut-off or mistyped one was: one half of it is still right. Only the keys that this process has
 * lately issued or seen in use are known, as hashes, in memory; asking costs no query. Never a permission.
 */
export interface KeyHalves {
  learn(secret: string, credential: VerifiedCredential): void;
  /** The credential that `text` holds a whole half of. */
  recognise(text: string): VerifiedCredential | null;
}

export function createKeyHalves(): KeyHalves {
  const front = latelyUsed<VerifiedCredential>(REMEMBERED);
  const back = latelyUsed<VerifiedCredential>(REMEMBERED);
  return {
    learn(secret, credential) {
      const body = secret.slice(-2 * HALF);
      front.set(hashKey(body.slice(0, HALF)), credential);
      back.set(hashKey(body.slice(HALF)), credential);
    },
    recognise(text) {
      for (const [run] of [...text.matchAll(RUN)].slice(0, RUNS)) {
        const found = front.get(hashKey(run.slice(0, HALF))) ?? back.get(hashKey(run.slice(-HALF)));
        if (found) return found;
      }
      return null;
    },
  };
}
