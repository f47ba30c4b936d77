import type { Context } from '../../context.ts';
import type { CredentialEnvironment, CredentialOrigin } from './credential-schema.ts';
import type { CredentialVerifier, Verification } from './credential-verifier.ts';
import { prohibits } from './key-permission.ts';
import type { KeyVerification, VerifyKeyRequest } from './key-verification-schema.ts';
import type { UseNotes } from './use-notes.ts';

/** How many calls a key may make. */
export interface KeyLimit {
  take(key: string, now: number): { allowed: boolean; remaining: number; resetSeconds: number };
  readonly quota: number;
  readonly windowSeconds: number;
}

export interface VerificationDesk {
  ctx: Context;
  verifier: CredentialVerifier;
  keyUses: UseNotes;
  keyLimit: KeyLimit;
}

/**
 * Whether a call with this key may be made, for a gateway that is not ours. Check order: form, existence, revocation,
 * expiry, network, scope, rate limit; the first that fails is the answer. Only a call that gets as far counts against
 * the limit. Rejects when the database cannot be asked.
 */
export async function verifyKey(desk: VerificationDesk, asked: VerifyKeyRequest): Promise<KeyVerification> {
  const verification = await desk.verifier.verify(asked.key);
  if (!verification.valid) return refuse(verification.code, keyOf(verification));
  const { credential } = verification;
  const key = keyOf(verification);
  const prohibition = prohibits(credential, { address: asked.address ?? null, scopes: asked.scopes });
  if (prohibition) {
    const missing = prohibition.code === 'insufficient_scope' ? prohibition.missing : [];
    return { ...refuse(prohibition.code, key), missing_scopes: missing };
  }
  const { ctx, keyLimit, keyUses } = desk;
  const now = ctx.now();
  const { allowed, remaining, resetSeconds } = keyLimit.take(credential.id, now);
  keyUses.note({ developerId: credential.developerId, credentialId: credential.id, at: now });
  return {
    ...(allowed ? { valid: true, code: 'valid', key, missing_scopes: [] } : refuse('rate_limited', key)),
    rate_limit: {
      limit: keyLimit.quota,
      window_s: keyLimit.windowSeconds,
      remaining,
      reset_s: allowed ? resetSeconds : Math.max(1, resetSeconds),
    },
  };
}

function refuse(code: KeyVerification['code'], key: KeyVerification['key']): KeyVerification {
  return { valid: false, code, key, missing_scopes: [], rate_limit: null };
}

function keyOf(verification: Verification): KeyVerification['key'] {
  if (!('credential' in verification)) return null;
  const { credential, expiresAt } = verification;
  return {
    id: credential.id,
    developer_id: credential.developerId,
    environment: credential.environment as CredentialEnvironment,
    origin: credential.origin as CredentialOrigin,
    scopes: credential.scopes === null ? null : [...credential.scopes],
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
}
