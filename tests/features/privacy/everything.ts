import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { recordAudit } from '../../../src/features/audit/audit-store.ts';
import { createClaimLink } from '../../../src/features/claims/claim-link.ts';
import { enter } from '../../../src/features/claims/enter.ts';
import { setRole } from '../../../src/features/developers/developer-store.ts';
import { storePassword } from '../../../src/features/developers/password-store.ts';
import { followProxy } from '../../../src/features/insights/proxies.ts';
import { refreshJourneys } from '../../../src/features/journeys/refresh-journeys.ts';
import { insertMail } from '../../../src/features/mail/mail-store.ts';
import { recordOnboardingEvent } from '../../../src/features/milestones/onboarding-event-store.ts';
import { insertPasskey } from '../../../src/features/sign-in/passkey-store.ts';
import { askForNewPasskey } from '../../../src/features/sign-in/passkeys.ts';
import { addWay } from '../../../src/features/sign-in/ways.ts';
import { createStartCode } from '../../../src/features/starters/start-codes.ts';
import { createUsageStore } from '../../../src/features/usage/store-usage.ts';
import { cookieHeader } from '../../support/callers.ts';
import { pendingCall } from '../../support/calls.ts';
import type { TestPortal } from '../../support/portal.ts';

export interface SomebodyWithEverything {
  id: string;
  cookie: string;
  secrets: string[];
  /** Whatever a row could know them by. */
  marks: string[];
}

/** Somebody who has used all that there is: two browsers, every way to sign in, keys, calls, mail, a colleague. */
export async function somebodyWithEverything(at: TestPortal, name: string): Promise<SomebodyWithEverything> {
  const { portal, issueKey, sendMessage } = at;
  const { ctx } = portal;
  const now = ctx.now();
  const email = `${name}@example.com`;
  const proof = { issuer: 'email', subject: email, label: email };
  const browser = (cookies: string) => ({ cookies, client: 'Firefox on Linux' });

  const first = await issueKey('own_machine');
  const second = await issueKey('agent');
  for (const { secret } of [first, second]) await sendMessage(secret);
  await enter(portal, proof, browser(first.cookie));
  const entry = await enter(portal, proof, browser(second.cookie));
  const id = entry.developerId;
  const cookie = cookieHeader(entry.setCookies);

  await createUsageStore(
    ctx,
    portal.definition,
  )([pendingCall({ id: `reported-${name}`, credentialId: first.credential.id, source: 'root_1' })]);
  await ctx.db
    .insertInto('live_spell')
    .values({
      developer_id: id,
      reached_at: now,
      live_since: now,
      lapsed_at: null,
      successes: 20,
      days: 3,
      errors: 0,
    })
    .execute();
  await addWay(ctx.db, now, id, { issuer: 'https://id.example', subject: `${name}-4711`, label: name });
  await addWay(ctx.db, now, id, { issuer: 'passkey', subject: `key-${name}`, label: 'Firefox on Linux' });
  await insertPasskey(ctx.db, {
    id: `key-${name}`,
    developer_id: id,
    public_key: `public-${name}`,
    counter: 0,
    transports: '[]',
    name: 'Firefox on Linux',
    created_at: now,
    last_used_at: null,
  });
  await storePassword(ctx.db, id, `$argon2id$of-${name}`, now);
  await createStartCode(ctx, { developerId: id, pageAgeMs: 0 });
  await createClaimLink(ctx, id);
  await askForNewPasskey(ctx, id);
  await recordOnboardingEvent(ctx.db, { developerId: id, name: 'sample_run', receivedAt: now, props: {} });
  await insertMail(ctx.db, now, { developerId: null, recipient: email, subject: 'Hi', body: `to ${name}` });
  await ctx.db
    .insertInto('sign_in_link')
    .values({
      token_hash: `link-${name}`,
      email,
      purpose: 'sign_in',
      developer_id: null,
      role: null,
      browser_hash: `browser-${name}`,
      created_at: now,
      expires_at: now + 1,
      used_at: null,
    })
    .execute();
  await ctx.db
    .insertInto('root_key')
    .values({
      id: `root-${randomUUIDv7()}`,
      name: 'gateway',
      hash: `root-${randomUUIDv7()}`,
      hint: '…',
      created_by: id,
      created_at: now,
      revoked_at: null,
      last_used_at: null,
    })
    .execute();
  await followProxy(ctx, {
    candidate: { action: 'sample_run', by: 'times', atLeast: 1, withinDays: 7 },
    hypothesis: 'Who tries it stays.',
    actorId: id,
  });
  await portal.usage.flushed();
  await refreshJourneys(ctx);
  const keys = await sql<{ id: string; hash: string }>`
    select id, hash from credential where developer_id = ${id}`.execute(ctx.db);
  return {
    id,
    cookie,
    secrets: [first.secret, second.secret],
    marks: [id, second.developer_id, name, ...keys.rows.flatMap((key) => [key.id, key.hash])],
  };
}

/** Lets one of them give the other a role, so that each stands in what is noted of the other. */
export async function gaveRole(
  { portal: { ctx } }: TestPortal,
  giver: SomebodyWithEverything,
  taker: SomebodyWithEverything,
): Promise<void> {
  await setRole(ctx.db, taker.id, 'author');
  await recordAudit(ctx.db, ctx.now(), {
    developerId: taker.id,
    actorId: giver.id,
    action: 'role.changed',
    target: giver.id,
    detail: { to: 'author', asked_by: `${giver.marks[2]}@example.com` },
  });
}
