import type { Context } from '../../context.ts';
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
  { developerId, id, reason = 'asked', actorId = developerId }: RevokeCredential,
): Promise<boolean> {
  const now = ctx.now();
  const hash = await ctx.db.transaction().execute(async (tx) => {
    const revoked = await markRevoked(tx, developerId, id, now);
    if (revoked) {
      const detail = { reason };
      await recordAudit(tx, now, { developerId, actorId, action: 'key.revoked', target: id, detail });
    }
    return revoked;
  });
  if (hash) verifier.forget(hash);
  return hash !== undefined;
}
