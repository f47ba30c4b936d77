import { randomUUIDv7 } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { CredentialEnvironment, CredentialOrigin, CredentialView } from './credential-schema.ts';
import type { CredentialRow } from './credential-store.ts';
import { generateKey, hashKey, keyHint } from './key-format.ts';

const HOUR = 3_600_000;
/** A key nobody claimed works for three days, */
export const UNCLAIMED_MS = 72 * HOUR;
/** or for two weeks from its creation once it has been used. */
export const UNCLAIMED_USED_MS = 14 * 24 * HOUR;

/** A page gets another key whenever it needs one, so none of them has to stay. */
export const PAGE_DOORS: ReadonlySet<string> = new Set<CredentialOrigin>(['sandbox', 'try_it']);

export interface NewCredential {
  developerId: string;
  environment: CredentialEnvironment;
  origin: CredentialOrigin;
  name: string | null;
  expiresAt: number | null;
  provisional: boolean;
  /** As they are stored. */
  scopes: string | null;
  networks: string | null;
}

/** A new key and its row. A test key that somebody takes away may be shown to its owner again; no other is kept. */
export function newCredential(ctx: Context, wanted: NewCredential): { secret: string; row: CredentialRow } {
  const { developerId, environment, origin, name, expiresAt, provisional, scopes, networks } = wanted;
  const secret = generateKey(ctx.config.keyPrefix, environment);
  const id = `cred_${randomUUIDv7()}`;
  const showsAgain = environment === 'test' && !PAGE_DOORS.has(origin);
  const row: CredentialRow = {
    developer_id: developerId,
    id,
    environment,
    origin,
    hash: hashKey(secret),
    hint: keyHint(secret),
    created_at: ctx.now(),
    expires_at: expiresAt,
    revoked_at: null,
    first_used_at: null,
    last_used_at: null,
    name,
    provisional: provisional ? 1 : 0,
    scopes,
    networks,
    sealed_secret: showsAgain ? ctx.seal.seal(secret, id) : null,
    rolled_to: null,
  };
  return { secret, row };
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
