import type { Context } from '../../context.ts';
import { latelyUsed } from '../../lately-used.ts';
import { type CredentialRow, findCredentialByHash } from './credential-store.ts';
import type { KeyChanges } from './key-changes.ts';
import { findKey, hashKey, type KeyFlaw, keyFlaw } from './key-format.ts';
import { createKeyHalves } from './key-halves.ts';
import { toVerified, type VerifiedCredential } from './verified-credential.ts';

export type { VerifiedCredential } from './verified-credential.ts';

/** An invalid key is an answer, not an error. */
export type Verification =
  | { valid: true; credential: VerifiedCredential; expiresAt: number | null }
  | { valid: false; code: 'malformed_key'; flaw: KeyFlaw }
  | { valid: false; code: 'unknown_key' }
  | { valid: false; code: 'revoked_key'; credential: VerifiedCredential; expiresAt: number | null }
  | {
      valid: false;
      code: 'expired_key';
      credential: VerifiedCredential;
      expiresAt: number | null;
      /** It was rolled, and another key has taken its place. */
      replaced: boolean;
    };

export interface CredentialVerifier {
  /**
   * Check order: form, existence, revocation, expiry. A malformed key and one seen before cost no query and are
   * answered at once; another is looked up. Rejects when the database cannot be asked about a key nobody knows.
   */
  verify(key: string): Verification | Promise<Verification>;
  /**
   * Whose key `text` holds, whole or a whole half of it; null where that is not certain. For noting an attempt that
   * was turned away, never for letting one through. Only a whole key can cost a query.
   */
  recognise(text: string): Promise<VerifiedCredential | null>;
  /** A key that was just made, so that a mistyped copy of it is recognised before it was ever used. */
  learn(secret: string, credential: VerifiedCredential): void;
  /** The next use of this key asks the database again, on this process. */
  forget(hash: string): void;
}

interface Known {
  credential: VerifiedCredential;
  revoked: boolean;
  replaced: boolean;
  expiresAt: number | null;
  /** On the process's own clock. */
  readAt: number;
  epoch: number;
}

interface LookUp {
  answer: Promise<Verification>;
}

const KNOWN_KEYS = 100_000;
/** Changes are announced, so this is for those that somebody made past the portal. */
const KNOWN_FOR_MS = 60_000;
/** While the database is out of reach nobody can revoke a key there, and what was known goes on. */
const KNOWN_IN_NEED_MS = 30 * 60_000;
/** A database that just failed to answer is left alone for this long where something is known. */
const NEED_LASTS_MS = 1_000;

/**
 * Remembers what it looked up, and trusts that only while changes made by other processes are sure to arrive: behind
 * a broken connection every key is looked up again.
 */
export function createCredentialVerifier(ctx: Context, changes: KeyChanges): CredentialVerifier {
  const known = latelyUsed<Known>(KNOWN_KEYS);
  const prefix = ctx.config.keyPrefix;
  const halves = createKeyHalves();
  const lookups = new Map<string, LookUp>();
  let failedAt = Number.NEGATIVE_INFINITY;

  /** Of many who ask at once for the same key one asks the database. */
  function lookUp(key: string, hash: string): Promise<Verification> {
    const underWay = lookups.get(hash);
    if (underWay) return underWay.answer;
    const started: LookUp = { answer: readRow(key, hash, () => lookups.get(hash) === started) };
    lookups.set(hash, started);
    const end = () => {
      if (lookups.get(hash) === started) lookups.delete(hash);
    };
    started.answer.then(end, end);
    return started.answer;
  }

  async function readRow(key: string, hash: string, isUnchanged: () => boolean): Promise<Verification> {
    const asked = { epoch: changes.epoch(), readAt: performance.now() };
    const row = await findCredentialByHash(ctx.db, hash);
    if (!row) {
      known.delete(hash);
      return { valid: false, code: 'unknown_key' };
    }
    const entry = toKnown(row, asked);
    halves.learn(key, entry.credential);
    // A change that happened while the row was on its way must not be overwritten by it.
    if (isUnchanged()) known.set(hash, entry);
    return judge(entry, ctx.now());
  }

  /** Asks again about a key that is known; what is known goes on where nobody can be asked. */
  async function lookUpAgain(key: string, hash: string, entry: Known): Promise<Verification> {
    try {
      return await lookUp(key, hash);
    } catch (error) {
      failedAt = performance.now();
      if (!servesInNeed(entry, failedAt)) throw error;
      return judge(entry, ctx.now());
    }
  }

  const isTrusted = (entry: Known, at: number) =>
    at - entry.readAt < KNOWN_FOR_MS && entry.epoch === changes.epoch() && changes.upToDate();

  function verify(key: string): Verification | Promise<Verification> {
    const hash = hashKey(key);
    const entry = known.get(hash);
    // Only a key of the right form is ever known, so a hot one need not be looked at again.
    const flaw = entry ? null : keyFlaw(prefix, key);
    if (flaw) return { valid: false, code: 'malformed_key', flaw };
    if (!entry) return lookUp(key, hash);
    const now = ctx.now();
    const at = performance.now();
    if (at - failedAt < NEED_LASTS_MS && servesInNeed(entry, at)) return judge(entry, now);
    // No revocation is ever taken back. An expiry may have been extended by the first use.
    const final = entry.revoked || entry.expiresAt === null || entry.expiresAt > now;
    return final && isTrusted(entry, at) ? judge(entry, now) : lookUpAgain(key, hash, entry);
  }

  function forget(hash: string) {
    known.delete(hash);
    lookups.delete(hash);
  }

  changes.onChange(forget);
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
    forget,
  };
}

function servesInNeed(entry: Known, at: number): boolean {
  return at - entry.readAt < KNOWN_IN_NEED_MS;
}

function toKnown(row: CredentialRow, { readAt, epoch }: Pick<Known, 'readAt' | 'epoch'>): Known {
  return {
    credential: toVerified(row),
    revoked: row.revoked_at !== null,
    replaced: row.rolled_to !== null,
    expiresAt: row.expires_at,
    readAt,
    epoch,
  };
}

function judge({ credential, revoked, replaced, expiresAt }: Known, now: number): Verification {
  if (revoked) return { valid: false, code: 'revoked_key', credential, expiresAt };
  if (expiresAt !== null && expiresAt <= now) {
    return { valid: false, code: 'expired_key', credential, expiresAt, replaced };
  }
  return { valid: true, credential, expiresAt };
}
