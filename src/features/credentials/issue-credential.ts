import type { Context, Db } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import {
  type Beginning,
  createDeveloper,
  findDeveloper,
  moveAnchorEarlier,
} from '../developers/developer-store.ts';
import { recordOnboardingEvent } from '../milestones/onboarding-event-store.ts';
import { newCredential, PAGE_DOORS, UNCLAIMED_MS, viewCredential } from './credential-row.ts';
import type { CredentialEnvironment, CredentialOrigin, IssuedCredential } from './credential-schema.ts';
import { type CredentialRow, insertCredential, listSurplus } from './credential-store.ts';
import type { CredentialVerifier } from './credential-verifier.ts';
import { revokeCredential } from './revoke-credential.ts';
import { toVerified } from './verified-credential.ts';

export { PAGE_DOORS, UNCLAIMED_MS, UNCLAIMED_USED_MS } from './credential-row.ts';

/** Every page load may mint one; whoever has more open pages than this loses the oldest page's key. */
const KEYS_PER_DOOR = 20;

export interface IssueCredential {
  /** The developer of the caller's session; null begins a new, anonymous one. */
  developerId: string | null;
  origin: CredentialOrigin;
  /** Test, unless the caller has made sure that the developer may have a live one. */
  environment?: CredentialEnvironment;
  /** One of the company's people tries it out: a developer who begins with it is in no figure. */
  byStaff?: boolean;
  /** How long the page had been open, in milliseconds; undefined when no page asked. */
  pageAgeMs: number | undefined;
  /** What brought the reader here; told of a developer who begins with it. */
  channel?: string | null;
  /** Ends the key after so long, in milliseconds; such a key is never extended. */
  expiresInMs?: number | undefined;
  name?: string | null;
  /** What it may do, and where from, as they are stored; null for everything and from anywhere. */
  scopes?: string | null;
  networks?: string | null;
}

/** Issues a credential. Returns the secret once; its hash is stored, and a test key's secret under a seal. */
export async function issueCredential(
  ctx: Context,
  verifier: CredentialVerifier,
  input: IssueCredential,
): Promise<IssuedCredential> {
  const now = ctx.now();
  const issued = await ctx.db.transaction().execute(async (tx) => {
    const owner = input.developerId === null ? undefined : await findDeveloper(tx, input.developerId);
    const developerId = owner?.id ?? (await createDeveloper(tx, now, beginningOf(input)));
    await moveAnchorEarlier(tx, developerId, { t0: now, firstVisitAt: now - (input.pageAgeMs ?? 0) });
    const lifetime = lifetimeOf(input, { now, claimed: owner?.claimed_at != null });
    const { environment = 'test', origin, name = null, scopes = null, networks = null } = input;
    const made = newCredential(ctx, {
      developerId,
      environment,
      origin,
      name,
      scopes,
      networks,
      ...lifetime,
    });
    await recordNewKey(tx, now, made.row);
    return { ...made, claimed: owner?.claimed_at != null };
  });
  const { secret, row } = issued;
  verifier.learn(secret, toVerified(row));
  if (!issued.claimed || PAGE_DOORS.has(row.origin)) await revokeSurplus(ctx, verifier, row);
  return { credential: viewCredential(row), secret, developer_id: row.developer_id };
}

function beginningOf({ byStaff, channel = null }: IssueCredential): Beginning {
  return { excluded: byStaff ? 'staff' : null, channel };
}

function lifetimeOf(
  { origin, expiresInMs }: IssueCredential,
  { now, claimed }: { now: number; claimed: boolean },
): { provisional: boolean; expiresAt: number | null } {
  const livesMs = expiresInMs ?? (claimed && !PAGE_DOORS.has(origin) ? null : UNCLAIMED_MS);
  return {
    provisional: !claimed && expiresInMs === undefined,
    expiresAt: livesMs === null ? null : now + livesMs,
  };
}

async function recordNewKey(tx: Db, now: number, row: CredentialRow): Promise<void> {
  const { developer_id: developerId, id, origin, environment } = row;
  await insertCredential(tx, row);
  await recordOnboardingEvent(tx, {
    developerId,
    name: 'credential_created',
    receivedAt: now,
    props: { credential_id: id, origin, environment },
  });
  await recordAudit(tx, now, {
    developerId,
    action: 'key.created',
    target: id,
    detail: { origin, environment },
  });
}

async function revokeSurplus(ctx: Context, verifier: CredentialVerifier, issued: CredentialRow) {
  for (const id of await listSurplus(ctx.db, issued.developer_id, issued.origin, KEYS_PER_DOOR)) {
    await revokeCredential(ctx, verifier, { developerId: issued.developer_id, id, reason: 'surplus' });
  }
}
