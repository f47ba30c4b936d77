import { randomUUIDv7 } from 'node:crypto';
import type { Context, Db } from '../../context.ts';
import { createDeveloper, findDeveloper, moveAnchorEarlier } from '../developers/developer-store.ts';
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

/** A page gets another key whenever it needs one, so none of them has to stay. */
export const PAGE_DOORS: ReadonlySet<string> = new Set<CredentialOrigin>(['sandbox', 'try_it']);

export interface IssueCredential {
  /** The developer of the caller's session; null begins a new, anonymous one. */
  developerId: string | null;
  origin: CredentialOrigin;
  /** One of the company's people tries it out: a developer who begins with it is in no figure. */
  byStaff?: boolean;
  /** How long the page had been open, in milliseconds; undefined when no page asked. */
  pageAgeMs: number | undefined;
  /** Ends the key after so long, in milliseconds; such a key is never extended. */
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
    const owner = input.developerId === null ? undefined : await findDeveloper(tx, input.developerId);
    const developerId = owner?.id ?? (await createDeveloper(tx, now, input.byStaff ? 'staff' : null));
    await moveAnchorEarlier(tx, developerId, { t0: now, firstVisitAt: now - (input.pageAgeMs ?? 0) });
    const row = newRow(developerId, input, { secret, now, claimed: owner?.claimed_at != null });
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
  { origin, expiresInMs }: IssueCredential,
  { secret, now, claimed }: { secret: string; now: number; claimed: boolean },
): CredentialRow {
  const provisional = !claimed && expiresInMs === undefined;
  const livesMs = expiresInMs ?? (claimed && !PAGE_DOORS.has(origin) ? null : UNCLAIMED_MS);
  return {
    developer_id: developerId,
    id: `cred_${randomUUIDv7()}`,
    environment: 'test',
    origin,
    hash: hashKey(secret),
    hint: keyHint(secret),
    created_at: now,
    expires_at: livesMs === null ? null : now + livesMs,
    revoked_at: null,
    first_used_at: null,
    last_used_at: null,
    name: null,
    provisional: provisional ? 1 : 0,
    scopes: null,
    networks: null,
    sealed_secret: null,
    rolled_to: null,
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
