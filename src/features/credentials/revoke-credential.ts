import type { Context, Db } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { markRevoked } from './credential-store.ts';
import type { CredentialVerifier } from './credential-verifier.ts';

/** Why a key was revoked: somebody asked, newer ones of its page took its place, or its new owner did not keep it. */
export type RevocationReason = 'asked' | 'surplus' | 'not_kept';

export interface RevokeCredential {
  developerId: string;
  id: string;
  reason?: RevocationReason;
  /** Who asks, where it is not the developer. */
  actorId?: string;
}

/**
 * Revokes a credential: at once on this process, and on the others as soon as they hear of it, which is when it is
 * committed. Returns whether there was one to revoke.
 */
export async function revokeCredential(
  ctx: Context,
  verifier: Pick<CredentialVerifier, 'forget'>,
  asked: RevokeCredential,
): Promise<boolean> {
  const now = ctx.now();
  const hash = await ctx.db.transaction().execute((tx) => revokeWithin(tx, now, asked));
  if (hash) verifier.forget(hash);
  return hash !== undefined;
}

/** The same as part of a transaction: once it has committed, the verifier has to forget the hash that is returned. */
export async function revokeWithin(
  tx: Db,
  now: number,
  { developerId, id, reason = 'asked', actorId = developerId }: RevokeCredential,
): Promise<string | undefined> {
  const hash = await markRevoked(tx, developerId, id, now);
  if (hash) {
    const detail = { reason };
    await recordAudit(tx, now, { developerId, actorId, action: 'key.revoked', target: id, detail });
  }
  return hash;
}
