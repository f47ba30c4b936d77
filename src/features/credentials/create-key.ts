import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { findVerifiedEmail } from '../developers/identity-store.ts';
import { UNCLAIMED_MS } from './credential-row.ts';
import type { CredentialEnvironment, IssuedCredential } from './credential-schema.ts';
import { countCredentials } from './credential-store.ts';
import type { CredentialVerifier } from './credential-verifier.ts';
import { issueCredential } from './issue-credential.ts';
import { readNetworks } from './networks.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Nobody looks after more keys than this, and every list of them stays one page. */
export const MOST_KEYS = 100;

export interface CreateKey {
  developerId: string;
  claimed: boolean;
  environment: CredentialEnvironment;
  name: string | null;
  /** Before somebody signs up no key lives longer than one that nobody chose an end for. */
  expiresInDays: number | null;
  /** Null: everything. */
  scopes: readonly string[] | null;
  /** As the person wrote them; empty: from anywhere. */
  networks: string;
}

/**
 * A key as its developer wants it, for their own machine. Throws AppError: 403 for a live key without a verified
 * address, 422 for a wrong network or scope, 429 and 409 for too many keys.
 */
export async function createKey(
  ctx: Context,
  verifier: CredentialVerifier,
  wanted: CreateKey,
): Promise<IssuedCredential> {
  const { developerId, claimed, environment, name, expiresInDays } = wanted;
  const scopes = toScopes(ctx, wanted.scopes);
  const networks = toNetworks(wanted.networks);
  if (environment === 'live') await requireAddress(ctx, wanted);
  await requireRoom(ctx, developerId);
  return issueCredential(ctx, verifier, {
    developerId,
    environment,
    origin: 'own_machine',
    pageAgeMs: undefined,
    expiresInMs:
      expiresInDays === null ? undefined : Math.min(expiresInDays * DAY, claimed ? Infinity : UNCLAIMED_MS),
    name,
    scopes,
    networks,
  });
}

/** Whether somebody may have live keys: they have shown who they are, and that a mailbox is theirs. */
export async function mayHaveLiveKeys(
  ctx: Context,
  { developerId, claimed }: Pick<CreateKey, 'developerId' | 'claimed'>,
): Promise<boolean> {
  return claimed && (await findVerifiedEmail(ctx.db, developerId)) !== null;
}

async function requireAddress(ctx: Context, wanted: CreateKey): Promise<void> {
  if (await mayHaveLiveKeys(ctx, wanted)) return;
  throw new AppError(
    403,
    'email_needed',
    'A live key acts on real data, so it needs an e-mail address that you have shown to read. Sign in with a link sent to yours, then create it.',
  );
}

async function requireRoom(ctx: Context, developerId: string): Promise<void> {
  const now = ctx.now();
  const { recent, working } = await countCredentials(ctx.db, developerId, { now, since: now - HOUR });
  if (recent >= ctx.config.keysPerHour) {
    throw new AppError(
      429,
      'rate_limited',
      `You made ${recent} keys within the last hour, as many as an hour may have. Use one of them, or try again later.`,
      { 'Retry-After': '600' },
    );
  }
  if (working >= MOST_KEYS) {
    throw new AppError(
      409,
      'too_many_keys',
      `You have ${working} working keys, as many as one may have. Revoke one that nothing uses, then create the new one.`,
    );
  }
}

/** Null where everything is wanted: such a key may also do what is invented later. */
function toScopes({ config }: Context, wanted: readonly string[] | null): string | null {
  if (wanted === null) return null;
  const unknown = wanted.find((scope) => !config.keyScopes.includes(scope));
  if (unknown !== undefined || wanted.length === 0) {
    throw new AppError(
      422,
      'invalid_request',
      `A key needs at least one scope, out of: ${config.keyScopes.join(', ')}.`,
    );
  }
  return config.keyScopes.filter((scope) => wanted.includes(scope)).join(' ');
}

function toNetworks(text: string): string | null {
  const reading = readNetworks(text);
  if ('wrong' in reading) {
    throw new AppError(
      422,
      'invalid_request',
      `“${reading.wrong}” is no network. Write addresses such as 203.0.113.7, or networks such as 203.0.113.0/24 or 2001:db8::/32.`,
    );
  }
  return reading.networks.length === 0 ? null : reading.networks.join(' ');
}
