import { LRUCache } from 'lru-cache';
import type { Context } from '../../context.ts';
import { type CredentialRow, findCredentialByHash } from './credential-store.ts';
import { findKey, hashKey, type KeyFlaw, keyFlaw } from './key-format.ts';
import { createKeyHalves } from './key-halves.ts';

/** What a call may know of the credential it was made with. */
export interface VerifiedCredential {
  id: string;
  developerId: string;
  environment: string;
  origin: string;
  hash: string;
}

/** An invalid key is an answer, not an error. */
export type Verification =
  | { valid: true; credential: VerifiedCredential }
  | { valid: false; code: 'malformed_key'; flaw: KeyFlaw }
  | { valid: false; code: 'unknown_key' }
  | { valid: false; code: 'revoked_key' | 'expired_key'; credential: VerifiedCredential };

export interface CredentialVerifier {
  /**
   * Check order: form, existence, revocation, expiry. A malformed key and one seen before cost no query and are
   * answered at once; another is looked up. Rejects when the database cannot be asked.
   */
  verify(key: string): Verification | Promise<Verification>;
  /**
   * Whose key `text` holds, whole or a whole half of it; null where that is not certain. For noting an attempt that
   * was turned away, never for letting one through. Only a whole key can cost a query.
   */
  recognise(text: string): Promise<VerifiedCredential | null>;
  /** A key that was just made, so that a mistyped copy of it is recognised before it was ever used. */
  learn(secret: string, credential: VerifiedCredential): void;
  /** The next use of this key asks the database again. */
  forget(hash: string): void;
}

interface Known {
  credential: VerifiedCredential;
  revoked: boolean;
  expiresAt: number | null;
}

const KNOWN_KEYS = 100_000;
/** How long another process's revocation or extension may go unnoticed. */
const KNOWN_FOR_MS = 60_000;

export function createCredentialVerifier(ctx: Context): CredentialVerifier {
  const known = new LRUCache<string, Known>({ max: KNOWN_KEYS, ttl: KNOWN_FOR_MS, ttlResolution: 1_000 });
  const prefix = ctx.config.keyPrefix;
  const halves = createKeyHalves();
  let generation = 0;

  async function lookUp(key: string, hash: string): Promise<Verification> {
    const asked = generation;
    const row = await findCredentialByHash(ctx.db, hash);
    if (!row) return { valid: false, code: 'unknown_key' };
    const entry = toKnown(row);
    halves.learn(key, entry.credential);
    // A revocation that happened while the row was on its way must not be overwritten by it.
    if (asked === generation) known.set(hash, entry);
    return judge(entry, ctx.now());
  }

  function verify(key: string): Verification | Promise<Verification> {
    const hash = hashKey(key);
    const entry = known.get(hash);
    // Only a key of the right form is ever known, so a hot one need not be looked at again.
    const flaw = entry ? null : keyFlaw(prefix, key);
    if (flaw) return { valid: false, code: 'malformed_key', flaw };
    if (!entry) return lookUp(key, hash);
    const now = ctx.now();
    // An expiry may have been extended by the first use, so only the database may say that it has passed.
    if (entry.expiresAt !== null && entry.expiresAt <= now) return lookUp(key, hash);
    return judge(entry, now);
  }

  return {
    verify,
    learn: halves.learn,
    async recognise(text) {
      const key = findKey(prefix, text);
      if (key) {
        const verification = await verify(key);
        if ('credential' in verification) return verification.credential;
      }
      return halves.recognise(text);
    },
    forget(hash) {
      generation += 1;
      known.delete(hash);
    },
  };
}

function toKnown(row: CredentialRow): Known {
  return {
    credential: {
      id: row.id,
      developerId: row.developer_id,
      environment: row.environment,
      origin: row.origin,
      hash: row.hash,
    },
    revoked: row.revoked_at !== null,
    expiresAt: row.expires_at,
  };
}

function judge(entry: Known, now: number): Verification {
  const { credential } = entry;
  if (entry.revoked) return { valid: false, code: 'revoked_key', credential };
  if (entry.expiresAt !== null && entry.expiresAt <= now) {
    return { valid: false, code: 'expired_key', credential };
  }
  return { valid: true, credential };
}
