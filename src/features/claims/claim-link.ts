import type { Context, Db } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import {
  type CredentialRow,
  keepProvisional,
  listWorkingCredentials,
} from '../credentials/credential-store.ts';
import { PAGE_DOORS, UNCLAIMED_MS } from '../credentials/issue-credential.ts';
import { revokeWithin } from '../credentials/revoke-credential.ts';
import { findDeveloper } from '../developers/developer-store.ts';
import { createToken, hashToken } from '../developers/secret-token.ts';
import { countCalls, findClaimLink, insertClaimLink, takeClaimLink } from './claim-store.ts';
import type { Doors } from './enter.ts';
import { mergeDevelopers } from './merge-developers.ts';

/**
 * A link with which a person takes over what a program began. It is no key: it makes no call, and works once, as long
 * as an unused key would.
 */
export async function createClaimLink(ctx: Context, developerId: string): Promise<string> {
  const token = createToken();
  await insertClaimLink(ctx.db, {
    token_hash: hashToken(token),
    developer_id: developerId,
    created_at: ctx.now(),
    expires_at: ctx.now() + UNCLAIMED_MS,
    used_at: null,
  });
  return `${ctx.config.publicUrl}/claim/${token}`;
}

/** What a person is shown before they take it over. */
export interface ClaimPreview {
  developerId: string;
  begunAt: number;
  calls: number;
  keys: CredentialRow[];
}

/** Null when the link is unknown, used, too old, or what it led to belongs to somebody; nobody learns which. */
export async function previewClaim(ctx: Context, token: string): Promise<ClaimPreview | null> {
  const link = await findClaimLink(ctx.db, hashToken(token), ctx.now());
  return link ? previewBelongings(ctx, link.developer_id) : null;
}

/** What an anonymous developer has. Null for one who has an owner, or became part of somebody. */
export async function previewBelongings(ctx: Context, developerId: string): Promise<ClaimPreview | null> {
  const developer = await findDeveloper(ctx.db, developerId);
  if (!developer || developer.claimed_at !== null || developer.merged_into !== null) return null;
  return {
    developerId: developer.id,
    begunAt: developer.created_at,
    calls: await countCalls(ctx.db, developer.id),
    keys: await listWorkingCredentials(ctx.db, developer.id, ctx.now()),
  };
}

export interface ClaimByLink {
  token: string;
  /** The person, who has proved who they are. */
  into: string;
  /** The keys that go on working. Whoever handed the link over has them, so none does unless it is named. */
  keep: ReadonlySet<string>;
}

/** True for exactly one caller, however many hold the link. */
export async function claimByLink(
  { ctx, verifier, usage, feed }: Doors,
  { token, into, keep }: ClaimByLink,
): Promise<boolean> {
  await usage.flushed();
  const now = ctx.now();
  const hashes = await ctx.db.transaction().execute(async (tx) => {
    const link = await takeClaimLink(tx, hashToken(token), now);
    if (!link) return null;
    const merged = await mergeDevelopers(tx, now, { from: link.developer_id, into });
    if (!merged) return null;
    await recordAudit(tx, now, { developerId: into, action: 'developer.claimed', detail: { by: 'link' } });
    await settleKeys(tx, now, into, { moved: new Set(merged.hashes), keep });
    return merged.hashes;
  });
  if (!hashes) return false;
  for (const hash of hashes) verifier.forget(hash);
  feed.touch(into);
  return true;
}

/** Of the keys that moved, those that are not named end; the others work until they are revoked. */
async function settleKeys(
  tx: Db,
  now: number,
  developerId: string,
  { moved, keep }: { moved: ReadonlySet<string>; keep: ReadonlySet<string> },
): Promise<void> {
  for (const { id, hash } of await listWorkingCredentials(tx, developerId, now)) {
    if (moved.has(hash) && !keep.has(id))
      await revokeWithin(tx, now, { developerId, id, reason: 'not_kept' });
  }
  const kept = await keepProvisional(tx, developerId, [...PAGE_DOORS], now);
  await recordAudit(
    tx,
    now,
    ...kept.map(({ id }) => ({ developerId, action: 'key.confirmed' as const, target: id })),
  );
}
