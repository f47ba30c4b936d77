import { randomUUIDv7 } from 'node:crypto';
import type { Context } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { generateKey, hashKey, keyHint } from './key-format.ts';
import { insertRootKey, markRootKeyRevoked, type RootKeyRow, selectRootKeys } from './root-key-store.ts';
import type { RootKeyVerifier } from './root-key-verifier.ts';

/** What an admin sees of a root key. Times are milliseconds since 1970. */
export interface RootKeyLine {
  id: string;
  name: string;
  hint: string;
  createdBy: string;
  createdAt: number;
  revokedAt: number | null;
  lastUsedAt: number | null;
}

export interface CreateRootKey {
  name: string;
  /** The admin's developer id. */
  actorId: string;
}

/** A key with which another gateway asks about keys. The secret is in the answer, once. */
export async function createRootKey(
  ctx: Context,
  { name, actorId }: CreateRootKey,
): Promise<{ rootKey: RootKeyLine; secret: string }> {
  const now = ctx.now();
  const secret = generateKey(ctx.config.keyPrefix, 'root');
  const row: RootKeyRow = {
    id: `root_${randomUUIDv7()}`,
    name,
    hash: hashKey(secret),
    hint: keyHint(secret),
    created_by: actorId,
    created_at: now,
    revoked_at: null,
    last_used_at: null,
  };
  await ctx.db.transaction().execute(async (tx) => {
    await insertRootKey(tx, row);
    await recordAudit(tx, now, {
      developerId: actorId,
      action: 'root_key.created',
      target: row.id,
      detail: { name },
    });
  });
  return { rootKey: toLine(row), secret };
}

export async function listRootKeys(ctx: Context): Promise<RootKeyLine[]> {
  return (await selectRootKeys(ctx.db)).map(toLine);
}

/** Returns whether there was one to revoke. */
export async function revokeRootKey(
  ctx: Context,
  rootKeys: RootKeyVerifier,
  { id, actorId }: { id: string; actorId: string },
): Promise<boolean> {
  const now = ctx.now();
  const hash = await ctx.db.transaction().execute(async (tx) => {
    const revoked = await markRootKeyRevoked(tx, id, now);
    if (revoked) {
      await recordAudit(tx, now, { developerId: actorId, action: 'root_key.revoked', target: id });
    }
    return revoked;
  });
  if (hash) rootKeys.forget(hash);
  return hash !== undefined;
}

function toLine(row: RootKeyRow): RootKeyLine {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdBy: row.created_by,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}
