import type { Context } from '../../context.ts';
import { markRevoked } from './credential-store.ts';
import type { CredentialVerifier } from './credential-verifier.ts';

/** Revokes a credential, at once on this process. Returns whether there was one to revoke. */
export async function revokeCredential(
  ctx: Context,
  verifier: CredentialVerifier,
  credential: { developerId: string; id: string },
): Promise<boolean> {
  const hash = await markRevoked(ctx.db, credential.developerId, credential.id, ctx.now());
  if (hash) verifier.forget(hash);
  return hash !== undefined;
}
