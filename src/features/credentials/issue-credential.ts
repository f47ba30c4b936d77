import { randomUUIDv7 } from 'node:crypto';
import type { Context, Db } from '../../context.ts';
import { createDeveloper, moveAnchorEarlier } from '../developers/developer-store.ts';
import { recordOnboardingEvent } from '../milestones/onboarding-event-store.ts';
import type { CredentialOrigin, CredentialView, IssuedCredential } from './credential-schema.ts';
import { type CredentialRow, insertCredential, listSurplus } from './credential-store.ts';
import type { CredentialVerifier } from './credential-verifier.ts';
import { generateKey, hashKey, keyHint } from './key-format.ts';
import { revokeCredential } from './revoke-credential.ts';

const HOUR = 3_600_000;
/** A key nobody claimed works for three days, */
export const UNCLAIMED_MS = 72 * HOUR;
/** or for two weeks from its creation once it has been used. */
export const UNCLAIMED_USED_MS = 14 * 24 * HOUR;
/** Every page load may mint one; a developer with more open pages than this loses the oldest page's key. */
const KEYS_PER_DOOR = 20;

export interface IssueCredential {
  /** The developer of the caller's session; null begins a new, anonymous one. */
  developerId: string | null;
  origin: CredentialOrigin;
  /** How long the page had been open, in milliseconds; undefined when no page asked. */
  pageAgeMs: number | undefined;
  /** Shorter than an unclaimed key lives by itself, in milliseconds; such a key is never extended. */
  expiresInMs?: number | undefined;
}

/** Issues a test credential. Returns the secret once; only its hash is stored. */
export async function issueCredential(
  ctx: Context,
  verifier: CredentialVerifier,
  input: IssueCredential,
): Promise<IssuedCredential> {
  const now = ctx.now();
  const secret = generateKey(ctx.config.keyPrefix, 'test');
  const issued = await ctx.db.transaction().execute(async (tx) => {
    const developerId = input.developerId ?? (await createDeveloper(tx, now));
    await moveAnchorEarlier(tx, developerId, { t0: now, firstVisitAt: now - (input.pageAgeMs ?? 0) });
    const row = newRow(developerId, input, secret, now);
    await insertCredential(tx, row);
    await recordOnboardingEvent(tx, {
      developerId,
      name: 'credential_created',
      receivedAt: now,
      props: { credential_id: row.id, origin: row.origin, environment: row.environment },
    });
    return row;
  });
  verifier.learn(secret, {
    id: issued.id,
    developerId: issued.developer_id,
    environment: issued.environment,
    origin: issued.origin,
    hash: issued.hash,
  });
  await revokeSurplus(ctx, ctx.db, verifier, issued);
  return { credential: viewCredential(issued), secret, developer_id: issued.developer_id };
}

function newRow(
  developerId: string,
  { origin, expiresInMs = UNCLAIMED_MS }: IssueCredential,
  secret: string,
  now: number,
): CredentialRow {
  return {
    developer_id: developerId,
    id: `cred_${randomUUIDv7()}`,
    environment: 'test',
    origin,
    hash: hashKey(secret),
    hint: keyHint(secret),
    created_at: now,
    expires_at: now + expiresInMs,
    revoked_at: null,
    first_used_at: null,
    last_used_at: null,
  };
}

async function revokeSurplus(ctx: Context, db: Db, verifier: CredentialVerifier, issued: CredentialRow) {
  for (const id of await listSurplus(db, issued.developer_id, issued.origin, KEYS_PER_DOOR)) {
    await revokeCredential(ctx, verifier, { developerId: issued.developer_id, id });
  }
}

export function viewCredential(row: CredentialRow): CredentialView {
  return {
    id: row.id,
    environment: row.environment === 'live' ? 'live' : 'test',
    origin: row.origin as CredentialOrigin,
    hint: row.hint,
    expires_at: row.expires_at === null ? null : new Date(row.expires_at).toISOString(),
  };
}
