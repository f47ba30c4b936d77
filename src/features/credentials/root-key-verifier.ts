import { LRUCache } from 'lru-cache';
import type { Context } from '../../context.ts';
import type { KeyChanges } from './key-changes.ts';
import { hashKey, keyFlaw } from './key-format.ts';
import { findRootKeyByHash, noteRootKeyUse } from './root-key-store.ts';

export type RootKeyVerification =
  | { valid: true; id: string }
  | { valid: false; code: 'malformed_key' | 'unknown_key' | 'revoked_key' };

export interface RootKeyVerifier {
  /** A malformed key, and one seen lately, cost no query. Rejects when the database cannot be asked about a new one. */
  verify(key: string): Promise<RootKeyVerification>;
  /** The next use of this key asks the database again. */
  forget(hash: string): void;
}

interface Known {
  id: string;
  epoch: number;
  /** On the process's own clock. */
  readAt: number;
}

const MOST = 1_000;
const KNOWN_FOR_MS = 60_000;
/** While the database is out of reach nobody can revoke a key there, and what is reported goes on being taken. */
const KNOWN_IN_NEED_MS = 24 * 3_600_000;
/** A database that just failed to answer is left alone for this long where something is known. */
const NEED_LASTS_MS = 1_000;
/** For the database to say something of a key that is known. */
const PATIENCE_MS = 3_000;

/** Remembers working root keys, and trusts that only while changes made by other processes are sure to arrive. */
export function createRootKeyVerifier(ctx: Context, changes: KeyChanges): RootKeyVerifier {
  const working = new LRUCache<string, Known>({ max: MOST, ttl: KNOWN_IN_NEED_MS });
  let generation = 0;
  let failedAt = Number.NEGATIVE_INFINITY;

  async function lookUp(hash: string): Promise<RootKeyVerification> {
    const asked = { generation, epoch: changes.epoch(), readAt: performance.now() };
    const row = await findRootKeyByHash(ctx.db, hash);
    if (!row || row.revoked_at !== null) {
      working.delete(hash);
      return { valid: false, code: row ? 'revoked_key' : 'unknown_key' };
    }
    if (asked.generation === generation) {
      working.set(hash, { id: row.id, epoch: asked.epoch, readAt: asked.readAt });
    }
    // Once a minute at most, and of no weight if it fails.
    noteRootKeyUse(ctx.db, row.id, ctx.now()).catch(() => {});
    return { valid: true, id: row.id };
  }

  /** Asks again about a key that is known; what is known goes on where nobody can be asked. */
  async function lookUpAgain(hash: string, { id }: Known): Promise<RootKeyVerification> {
    try {
      return await withPatience(lookUp(hash));
    } catch {
      failedAt = performance.now();
      return { valid: true, id };
    }
  }

  const isTrusted = ({ epoch, readAt }: Known, at: number) =>
    at - readAt < KNOWN_FOR_MS && epoch === changes.epoch() && changes.upToDate();

  function forget(hash: string) {
    generation += 1;
    working.delete(hash);
  }

  changes.onChange(forget);
  return {
    async verify(key) {
      if (keyFlaw(ctx.config.keyPrefix, key, ['root']) !== null)
        return { valid: false, code: 'malformed_key' };
      const hash = hashKey(key);
      const entry = working.get(hash);
      const at = performance.now();
      if (!entry) return lookUp(hash);
      if (isTrusted(entry, at) || at - failedAt < NEED_LASTS_MS) return { valid: true, id: entry.id };
      return lookUpAgain(hash, entry);
    },
    forget,
  };
}

async function withPatience<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The database does not answer.')), PATIENCE_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
