import { expect, test } from 'vitest';
import { claimByLink, previewClaim } from '../../../src/features/claims/claim-link.ts';
import { enter } from '../../../src/features/claims/enter.ts';
import type { Portal } from '../../../src/portal.ts';
import { pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal, type TestPortal } from '../../support/portal.ts';

const ADA = { issuer: 'email', subject: 'ada@example.com', label: 'ada@example.com' };
const BOB = { issuer: 'https://id.example', subject: '4711', label: 'Bob' };

const cookieHeader = (setCookies: string[]) => setCookies.map((cookie) => cookie.split(';')[0]).join('; ');
const enterWith = (portal: Portal, proof: typeof ADA, cookies: string | null) =>
  enter(portal, proof, { cookies, client: 'Firefox on Linux' });

/** A developer with a first call, an hour before the clock's next hour. */
async function begun({ issueKey, sendMessage, portal, clock }: TestPortal) {
  const issued = await issueKey('own_machine');
  expect((await sendMessage(issued.secret)).status).toBe(201);
  await portal.usage.flushed();
  clock.now += HOUR;
  return issued;
}

onEachDatabase('claiming', (database) => {
  test('keeps the developer, the key, the history and t0, and changes the session', async () => {
    const at = await startPortal(database);
    const { portal, call, progress, clock } = at;
    const { cookie, secret, developer_id } = await begun(at);
    const before = await progress(secret);
    const entry = await enterWith(portal, ADA, cookie);
    expect(entry).toMatchObject({ outcome: 'claimed', developerId: developer_id, staff: false });
    expect((await call('/api/progress', { cookie })).status).toBe(401);
    const mine = cookieHeader(entry.setCookies);
    expect(await portal.visitors.read(mine)).toMatchObject({
      developerId: developer_id,
      claimed: true,
      signedInAt: NOON + HOUR,
    });
    clock.now += 60 * 24 * HOUR;
    expect((await call('/v1/me', { key: secret })).status).toBe(200);
    const after = await progress(secret);
    expect(after).toMatchObject({
      developer_id,
      t0: before.t0,
      claimed_at: new Date(NOON + HOUR).toISOString(),
      milestones: before.milestones,
    });
    expect(after.steps.find(({ id }) => id === 'keep_it')).toMatchObject({ state: 'done' });
    const audit = await portal.ctx.db.selectFrom('audit').select('action').execute();
    expect(audit.map(({ action }) => action).sort()).toEqual([
      'developer.claimed',
      'key.confirmed',
      'key.created',
      'session.began',
    ]);
  });

  test('by a hundred racers with the same proof makes one person, and loses no key', async () => {
    const at = await startPortal(database);
    const { portal, call } = at;
    const { cookie, secret, developer_id } = await begun(at);
    const entries = await Promise.all(Array.from({ length: 100 }, () => enterWith(portal, ADA, cookie)));
    expect(entries.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1);
    expect(new Set(entries.map((entry) => entry.developerId))).toEqual(new Set([developer_id]));
    expect((await call('/v1/me', { key: secret })).status).toBe(200);
  });

  test('by a hundred people at once makes one of them the owner', async () => {
    const at = await startPortal(database);
    const { portal, progress } = at;
    const { cookie, secret, developer_id } = await begun(at);
    const entries = await Promise.all(
      Array.from({ length: 100 }, (_, n) => enterWith(portal, { ...BOB, subject: String(n) }, cookie)),
    );
    expect(entries.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1);
    expect(entries.filter((entry) => entry.developerId === developer_id)).toHaveLength(1);
    expect((await progress(secret)).developer_id).toBe(developer_id);
  });

  test('into somebody who was there before merges: the earlier t0 and first call, every key', async () => {
    const at = await startPortal(database);
    const { portal, progress, call } = at;
    const first = await begun(at);
    const kept = await enterWith(portal, ADA, first.cookie);
    const second = await begun(at);
    const merged = await enterWith(portal, ADA, second.cookie);
    expect(merged).toMatchObject({ outcome: 'merged', developerId: kept.developerId });
    for (const { secret } of [first, second]) {
      expect((await call('/v1/me', { key: secret })).status).toBe(200);
      expect(await progress(secret)).toMatchObject({
        developer_id: first.developer_id,
        t0: new Date(NOON).toISOString(),
        milestones: expect.arrayContaining([
          expect.objectContaining({ name: 'first_api_call', reached_at: new Date(NOON).toISOString() }),
        ]),
      });
    }
    expect((await call('/api/progress', { cookie: second.cookie })).status).toBe(401);
  });

  test('an earlier anonymous history moves t0 and the milestones of its new owner earlier', async () => {
    const at = await startPortal(database);
    const earlier = await begun(at);
    const later = await begun(at);
    const owner = await enterWith(at.portal, ADA, later.cookie);
    await enterWith(at.portal, ADA, earlier.cookie);
    expect(await at.progress(later.secret)).toMatchObject({
      developer_id: owner.developerId,
      t0: new Date(NOON).toISOString(),
      milestones: expect.arrayContaining([
        expect.objectContaining({ name: 'first_api_call', reached_at: new Date(NOON).toISOString() }),
      ]),
    });
  });

  test('never makes two people one, whichever browser they use', async () => {
    const at = await startPortal(database);
    const { cookie } = await begun(at);
    const ada = await enterWith(at.portal, ADA, cookie);
    const bob = await enterWith(at.portal, BOB, cookieHeader(ada.setCookies));
    expect(bob).toMatchObject({ outcome: 'created' });
    expect(bob.developerId).not.toBe(ada.developerId);
    const again = await enterWith(at.portal, ADA, cookieHeader(bob.setCookies));
    expect(again).toMatchObject({ outcome: 'signed_in', developerId: ada.developerId });
  });

  test('calls that were on their way during a merge arrive at the new owner', async () => {
    const at = await startPortal(database);
    const owner = await enterWith(at.portal, ADA, null);
    const { cookie, credential } = await begun(at);
    await enterWith(at.portal, ADA, cookie);
    at.portal.usage.record(
      pendingCall({ id: '01a20000-0000-7000-8000-000000000000', credentialId: credential.id }),
    );
    await at.portal.usage.flushed();
    const calls = await at.portal.ctx.db.selectFrom('usage_event').select(['developer_id']).execute();
    expect(calls.map((call) => call.developer_id)).toEqual([owner.developerId, owner.developerId]);
  });
});

onEachDatabase('a claim link', (database) => {
  async function handedOver() {
    const at = await startPortal(database);
    const answer = await (await at.call('/api/credentials', { body: { origin: 'agent' } })).json();
    await at.sendMessage(answer.secret);
    await at.portal.usage.flushed();
    const token = new URL(answer.claim_url).pathname.split('/').at(-1) ?? '';
    return { at, answer, token };
  }

  test('shows what is taken over, and gives it to one of a hundred', async () => {
    const { at, answer, token } = await handedOver();
    expect(await previewClaim(at.portal.ctx, token)).toMatchObject({
      developerId: answer.developer_id,
      calls: 1,
      keys: [{ id: answer.credential.id }],
    });
    const people = await Promise.all(
      Array.from({ length: 100 }, (_, n) => enterWith(at.portal, { ...BOB, subject: String(n) }, null)),
    );
    const claims = await Promise.all(
      people.map(({ developerId }) =>
        claimByLink(at.portal, { token, into: developerId, keep: new Set([answer.credential.id]) }),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    const winner = people[claims.indexOf(true)];
    expect((await at.progress(answer.secret)).developer_id).toBe(winner?.developerId);
    expect(await previewClaim(at.portal.ctx, token)).toBeNull();
  });

  test('ends every key that the person does not name', async () => {
    const { at, token, answer } = await handedOver();
    const ada = await enterWith(at.portal, ADA, null);
    expect(await claimByLink(at.portal, { token, into: ada.developerId, keep: new Set() })).toBe(true);
    expect((await at.call('/v1/me', { key: answer.secret })).status).toBe(401);
  });

  test('is no key, dies after 72 hours, and is worth nothing once its developer has an owner', async () => {
    const { at, token, answer } = await handedOver();
    expect((await at.call('/v1/me', { key: token })).status).toBe(401);
    expect(await previewClaim(at.portal.ctx, answer.secret)).toBeNull();
    at.clock.now += 72 * HOUR;
    const ada = await enterWith(at.portal, ADA, null);
    expect(await claimByLink(at.portal, { token, into: ada.developerId, keep: new Set() })).toBe(false);
  });

  test('is not handed to a page, whose browser has a session of its own', async () => {
    const { call } = await startPortal(database);
    const response = await call('/api/credentials', {
      body: {},
      headers: { 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(await response.json()).toMatchObject({ claim_url: null });
  });
});
