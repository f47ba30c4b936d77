import type { Context } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { type NewCredential, newCredential, UNCLAIMED_MS, viewCredential } from './credential-row.ts';
import type { CredentialOrigin, CredentialView } from './credential-schema.ts';
import { type CredentialRow, findCredential, insertCredential, markRolled } from './credential-store.ts';
import type { CredentialVerifier } from './credential-verifier.ts';
import { keyEnded, noSuchKey } from './key-errors.ts';
import { toVerified } from './verified-credential.ts';

const MINUTE = 60_000;

/** For how long both keys work. */
export const OVERLAPS = {
  now: 0,
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '24h': 24 * 60 * MINUTE,
} as const satisfies Record<string, number>;
export type Overlap = keyof typeof OVERLAPS;
export const USUAL_OVERLAP: Overlap = '24h';

export interface RolledKey {
  /** The new key; its secret is here and nowhere else. */
  credential: CredentialView;
  secret: string;
  /** The one it takes the place of, and when that ends, in milliseconds since 1970. */
  replaced: { id: string; hint: string; endsAt: number };
}

/**
 * A new key in place of one that works, with the same rights and for as long as that was to live. The old one ends
 * after the overlap, or when it would have ended by itself, whichever is earlier. Throws AppError for a key that has
 * ended or was rolled before; of many who try at once, one rolls it.
 */
export async function rollKey(
  ctx: Context,
  verifier: CredentialVerifier,
  { developerId, id, overlap }: { developerId: string; id: string; overlap: Overlap },
): Promise<RolledKey> {
  const now = ctx.now();
  const { old, row, secret } = await ctx.db.transaction().execute(async (tx) => {
    const before = await findCredential(tx, developerId, id);
    if (!before) throw noSuchKey();
    const made = newCredential(ctx, inPlaceOf(before, now));
    const rolled = { now, endsAt: now + OVERLAPS[overlap], rolledTo: made.row.id };
    const after = await markRolled(tx, before, rolled);
    if (!after) {
      const seen = (await findCredential(tx, developerId, id)) ?? before;
      throw keyEnded(seen, 'There is nothing to roll: create a new key instead.');
    }
    await insertCredential(tx, made.row);
    await recordAudit(tx, now, {
      developerId,
      action: 'key.rolled',
      target: id,
      detail: { to: made.row.id, overlap },
    });
    return { old: after, ...made };
  });
  verifier.forget(old.hash);
  verifier.learn(secret, toVerified(row));
  return {
    credential: viewCredential(row),
    secret,
    replaced: { id: old.id, hint: old.hint, endsAt: old.expires_at ?? now },
  };
}

function inPlaceOf(old: CredentialRow, now: number): NewCredential {
  const provisional = old.provisional === 1;
  const chosenMs = old.expires_at === null ? null : old.expires_at - old.created_at;
  const livesMs = provisional ? UNCLAIMED_MS : chosenMs;
  return {
    developerId: old.developer_id,
    environment: old.environment === 'live' ? 'live' : 'test',
    origin: old.origin as CredentialOrigin,
    name: old.name,
    expiresAt: livesMs === null ? null : now + livesMs,
    provisional,
    scopes: old.scopes,
    networks: old.networks,
  };
}
