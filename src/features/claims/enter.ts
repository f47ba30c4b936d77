import type { Context, Db } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { keepProvisional } from '../credentials/credential-store.ts';
import type { CredentialVerifier } from '../credentials/credential-verifier.ts';
import { PAGE_DOORS } from '../credentials/issue-credential.ts';
import { createDeveloper, findDeveloper, markClaimed, setRole } from '../developers/developer-store.ts';
import { applyDomains } from '../developers/exclusions.ts';
import { EMAIL, findIdentity, insertIdentity } from '../developers/identity-store.ts';
import { acceptInvitation } from '../developers/invitation-store.ts';
import { isStaff, type Role, role } from '../developers/roles.ts';
import { deleteSessionsOf } from '../developers/session-store.ts';
import type { Sessions } from '../developers/sessions.ts';
import type { Definition } from '../milestones/definition.ts';
import type { ObservationFeed } from '../usage/observation-feed.ts';
import type { UsageRecorder } from '../usage/record-usage.ts';
import { deleteClaimLinksOf } from './claim-store.ts';
import { mergeDevelopers } from './merge-developers.ts';

/** What entering works with; a running portal is one of these. */
export interface Doors {
  ctx: Context;
  verifier: CredentialVerifier;
  usage: UsageRecorder;
  definition: Definition;
  feed: ObservationFeed;
  visitors: Sessions;
  staff: Sessions;
}

/** Somebody has shown who they are. (issuer, subject) names them; an address alone never does. */
export interface Proof {
  issuer: string;
  subject: string;
  /** How the person knows this identity. */
  label: string;
  /** What is to be stored with it when it is new, in the same transaction. */
  attach?: (tx: Db, developerId: string) => Promise<void>;
}

/** The browser in which it happens. */
export interface Browser {
  /** The request's `Cookie` header. */
  cookies: string | null | undefined;
  /** The sort of browser, for the list of sessions. */
  client: string | null;
}

/**
 * What became of it: `claimed` the anonymous developer of this browser is theirs now, `merged` it became part of who
 * they were already, `created` they are new and bring nothing, `signed_in` they are back.
 */
export type Outcome = 'claimed' | 'merged' | 'created' | 'signed_in';

export interface Entry {
  outcome: Outcome;
  developerId: string;
  role: Role;
  /** Whether it is one of the company's people, who have a session of their own kind. */
  staff: boolean;
  setCookies: string[];
}

interface Settled {
  outcome: Outcome;
  developerId: string;
  role: Role;
  /** Keys whose owner or expiry changed. */
  hashes: string[];
}

/**
 * The one way in, whatever proved it. A known identity signs in, and takes along the anonymous developer of its
 * browser; an unknown one claims that developer, or begins anew. Two people who have each proved who they are never
 * become one. The session is always a new one, and every other session of the anonymous developer ends.
 */
export async function enter(doors: Doors, proof: Proof, browser: Browser): Promise<Entry> {
  const { ctx, verifier, usage, feed, visitors, staff } = doors;
  const visitor = await visitors.read(browser.cookies);
  const anonymous = visitor && !visitor.claimed && visitor.role === 'developer' ? visitor.developerId : null;
  if (anonymous) await usage.flushed();
  const domains = doors.definition.body.excluded_developers.email_domains;
  const attempt = () =>
    ctx.db.transaction().execute(async (tx) => {
      const settled = await settle(tx, ctx.now(), proof, anonymous, browser.client);
      await applyDomains(tx, { domains, now: ctx.now(), developerId: settled.developerId });
      return settled;
    });
  const settled = await attempt().catch((error: unknown) => {
    if (error instanceof EnteredTwiceError) return attempt();
    throw error;
  });
  for (const hash of settled.hashes) verifier.forget(hash);

  const isOneOfOurs = isStaff(settled.role);
  const kind = isOneOfOurs ? staff : visitors;
  await kind.end(browser.cookies);
  const setCookies = await kind.begin(settled.developerId, { signedIn: true, client: browser.client });
  feed.touch(settled.developerId);
  // Pages that watched the one who was anonymous look again, and find out whose they are now.
  if (anonymous && anonymous !== settled.developerId) feed.touch(anonymous);
  return {
    outcome: settled.outcome,
    developerId: settled.developerId,
    role: settled.role,
    staff: isOneOfOurs,
    setCookies,
  };
}

async function settle(
  tx: Db,
  now: number,
  proof: Proof,
  anonymous: string | null,
  client: string | null,
): Promise<Settled> {
  const known = await findIdentity(tx, proof.issuer, proof.subject);
  const invited = proof.issuer === EMAIL ? await acceptInvitation(tx, proof.subject, now) : null;
  // One of the company's people takes no developer's history along: it would leave the figures with them.
  const taken = invited === null ? anonymous : null;
  const settled = known
    ? await comeBack(tx, now, known.developer_id, taken)
    : await arrive(tx, now, proof, taken);
  if (invited !== null) await becomeStaff(tx, now, settled, role.parse(invited));
  await recordAudit(tx, now, {
    developerId: settled.developerId,
    action: 'session.began',
    detail: { by: proof.issuer, client },
  });
  return settled;
}

/** Whatever sessions there were belonged to somebody who could do less. */
async function becomeStaff(tx: Db, now: number, settled: Settled, given: Role): Promise<void> {
  const { developerId } = settled;
  await setRole(tx, developerId, given);
  await deleteSessionsOf(tx, developerId);
  await recordAudit(tx, now, {
    developerId,
    action: 'role.changed',
    detail: { to: given, by: 'invitation' },
  });
  settled.role = given;
}

async function comeBack(
  tx: Db,
  now: number,
  developerId: string,
  anonymous: string | null,
): Promise<Settled> {
  const developer = await findDeveloper(tx, developerId);
  const given = role.parse(developer?.role ?? 'developer');
  const merged =
    anonymous && !isStaff(given)
      ? await mergeDevelopers(tx, now, { from: anonymous, into: developerId })
      : null;
  return {
    outcome: merged ? 'merged' : 'signed_in',
    developerId,
    role: given,
    hashes: merged?.hashes ?? [],
  };
}

async function arrive(tx: Db, now: number, proof: Proof, anonymous: string | null): Promise<Settled> {
  const claims = anonymous !== null && (await markClaimed(tx, anonymous, now));
  const developerId = claims ? anonymous : await createDeveloper(tx, now);
  if (!claims) await markClaimed(tx, developerId, now);
  const isNew = await insertIdentity(tx, {
    issuer: proof.issuer,
    subject: proof.subject,
    developer_id: developerId,
    label: proof.label,
    created_at: now,
  });
  if (!isNew) throw new EnteredTwiceError();
  await proof.attach?.(tx, developerId);
  const hashes = claims ? await keepEverything(tx, now, developerId) : [];
  return { outcome: claims ? 'claimed' : 'created', developerId, role: 'developer', hashes };
}

/** The claimed developer's keys stay, and every browser but this one has to prove itself anew. */
async function keepEverything(tx: Db, now: number, developerId: string): Promise<string[]> {
  const kept = await keepProvisional(tx, developerId, [...PAGE_DOORS], now);
  await deleteSessionsOf(tx, developerId);
  await deleteClaimLinksOf(tx, developerId);
  await recordAudit(
    tx,
    now,
    { developerId, action: 'developer.claimed' },
    ...kept.map(({ id }) => ({ developerId, action: 'key.confirmed' as const, target: id })),
  );
  return kept.map(({ hash }) => hash);
}

/** Two requests proved the same new identity at once: the slower one is tried again, and finds it known. */
class EnteredTwiceError extends Error {}
