import { LRUCache } from 'lru-cache';
import type { Context } from '../../context.ts';
import type { KeyChanges } from './key-changes.ts';
import { hashKey, keyFlaw } from './key-format.ts';
import { findRootKeyByHash, noteRootKeyUse } from './root-key-store.ts';

export type RootKeyVerification =
  | { valid: true; id: string }
  | { valid: false; code: 'malformed_key' | 'unknown_key' | 'revoked_key' };

export interface RootKeyVerifier {
  /** A malformed key, and one seen lately, cost no query. Rejects when the database cannot be asked. */
  verify(key: string): Promise<RootKeyVerification>;
  /** The next use of this key asks the database again. */
  forget(hash: string): void;
}

const MOST = 1_000;
const KNOWN_FOR_MS = 60_000;

/** Remembers working root keys, and trusts that only while changes made by other processes are sure to arrive. */
export function createRootKeyVerifier(ctx: Context, changes: KeyChanges): RootKeyVerifier {
  const working = new LRUCache<string, { id: string; epoch: number }>({ max: MOST, ttl: KNOWN_FOR_MS });
  let generation = 0;

  async function lookUp(hash: string): Promise<RootKeyVerification> {
    const asked = { generation, epoch: changes.epoch() };
    const row = await findRootKeyByHash(ctx.db, hash);
    if (!row) return { valid: false, code: 'unknown_key' };
    if (row.revoked_at !== null) return { valid: false, code: 'revoked_key' };
    if (asked.generation === generation) working.set(hash, { id: row.id, epoch: asked.epoch });
    // Once a minute at most, and of no weight if it fails.
    noteRootKeyUse(ctx.db, row.id, ctx.now()).catch(() => {});
    return { valid: true, id: row.id };
  }

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
      if (entry && entry.epoch === changes.epoch() && changes.upToDate())
        return { valid: true, id: entry.id };
      return lookUp(hash);
    },
    forget,
  };
}
