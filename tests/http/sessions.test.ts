import { expect, test } from 'vitest';
import { createAdminLink } from '../../src/features/developers/admin-link.ts';
import { onEachDatabase } from '../support/database.ts';
import { cookiesOf, HOUR, startPortal } from '../support/portal.ts';

onEachDatabase('sessions', (database) => {
  test('the first key begins a session, and the next one belongs to the same developer', async () => {
    const { call, issueKey, portal } = await startPortal(database);
    const response = await call('/api/credentials', { body: { origin: 'sandbox', page_age_ms: 4_000 } });
    const cookies = response.headers.getSetCookie();
    expect(cookies).toEqual([
      expect.stringMatching(/^firstcall_visitor=\w{40};.*HttpOnly.*SameSite=Lax/),
      expect.stringMatching(/^firstcall_returning=1;/),
    ]);
    const first = await response.json();
    const second = await issueKey('own_machine', cookiesOf(response));
    expect(second.developer_id).toBe(first.developer_id);
    expect(await (await call('/api/progress', { cookie: cookiesOf(response) })).json()).toMatchObject({
      developer_id: first.developer_id,
      t0: '2026-11-21T12:00:00.000Z',
      first_visit_at: '2026-11-21T11:59:56.000Z',
    });
    const stored = await portal.ctx.db.selectFrom('session').selectAll().execute();
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(cookies)).not.toContain(stored[0]?.id_hash);
  });

  test('behind https the cookies go nowhere else, and browsers are told to stay with https', async () => {
    const { call } = await startPortal(database, { env: { PUBLIC_URL: 'https://docs.example' } });
    const response = await call('/api/credentials', {
      body: {},
      headers: { Origin: 'https://docs.example' },
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-firstcall_visitor=\w{40};(?!.*Domain).*Secure/),
      expect.stringMatching(/^firstcall_returning=1;.*Secure/),
    ]);
    expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
  });

  test('a key that was asked for an hour ends after an hour, used or not', async () => {
    const { call, clock, portal } = await startPortal(database);
    const response = await call('/api/credentials', { body: { origin: 'sandbox', expires_in_s: 3_600 } });
    const { secret, credential } = await response.json();
    expect(credential.expires_at).toBe('2026-11-21T13:00:00.000Z');
    const status = async () => (await call('/v1/me', { key: secret })).status;
    expect(await status()).toBe(200);
    await portal.usage.flushed();
    clock.now += HOUR - 1;
    expect(await status()).toBe(200);
    clock.now += 1;
    expect(await status()).toBe(401);
    const forEver = await call('/api/credentials', { body: { expires_in_s: 1e9 } });
    expect(forEver.status).toBe(422);
  });

  test('a reader’s session ends after 14 idle days and after 90 days at the latest', async () => {
    const { call, clock, issueKey } = await startPortal(database);
    const { cookie } = await issueKey('sandbox');
    const idle = await issueKey('sandbox');
    const status = async () => (await call('/api/progress', { cookie })).status;
    for (let day = 0; day < 88; day += 8) {
      expect(await status()).toBe(200);
      clock.now += 8 * 24 * HOUR;
    }
    expect((await call('/api/progress', { cookie: idle.cookie })).status).toBe(401);
    expect(await status()).toBe(200);
    clock.now += 3 * 24 * HOUR;
    expect(await status()).toBe(401);
  });

  test('the admin’s link works once, and ends the one before it', async () => {
    const { call, portal, url } = await startPortal(database);
    const before = await createAdminLink(portal.ctx);
    const link = (await createAdminLink(portal.ctx)).slice(url.length);
    expect((await call(before.slice(url.length))).status).toBe(410);
    const racers = await Promise.all(Array.from({ length: 20 }, () => call(link)));
    expect(racers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(racers.filter(({ status }) => status === 410)).toHaveLength(19);
    const won = racers.find(({ status }) => status === 303);
    expect(won?.headers.get('location')).toBe('/insights');
    const cookie = won ? cookiesOf(won) : '';
    expect(await portal.staff.read(cookie)).toMatchObject({ role: 'admin' });
    expect(await portal.visitors.read(cookie)).toBeNull();

    await portal.staff.end(cookie);
    expect(await portal.staff.read(cookie)).toBeNull();
  });

  test('an admin’s link that nobody used is dead after a day', async () => {
    const { call, clock, portal, url } = await startPortal(database);
    const link = (await createAdminLink(portal.ctx)).slice(url.length);
    clock.now += 24 * HOUR;
    expect(await (await call(link)).json()).toMatchObject({ status: 410, code: 'link_expired' });
  });

  test.each([
    ['another origin', { Origin: 'https://evil.example' }],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a sister site', { 'Sec-Fetch-Site': 'same-site' }],
    ['an opaque origin', { Origin: 'null' }],
    ['a form of another site', { Origin: 'https://evil.example', 'Content-Type': 'text/plain' }],
  ])('%s cannot change anything with a reader’s cookie', async (_, headers) => {
    const { call, issueKey, portal } = await startPortal(database);
    const { cookie } = await issueKey('sandbox');
    for (const path of ['/api/credentials', '/api/goal', '/api/onboarding-events']) {
      const response = await call(path, {
        method: 'POST',
        body: '{}',
        headers: { Cookie: cookie, ...headers },
      });
      expect(await response.json()).toMatchObject({ status: 403, code: 'wrong_origin' });
    }
    const withoutOrigin = await call('/api/goal', { body: { goal: null }, headers: { Cookie: cookie } });
    expect(withoutOrigin.status).toBe(403);
    const { n } = await portal.ctx.db
      .selectFrom('credential')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(n).toBe(1);
  });
});

onEachDatabase('a developer who no longer exists', (database) => {
  test('has no session, no progress and no new keys under the old name', async () => {
    const { call, issueKey, portal } = await startPortal(database);
    const { secret, cookie, developer_id } = await issueKey('sandbox');
    await portal.ctx.db.deleteFrom('developer').where('id', '=', developer_id).execute();
    for (const caller of [{ cookie }, { key: secret }]) {
      expect(await (await call('/api/progress', caller)).json()).toMatchObject({
        status: 401,
        code: 'no_session',
      });
    }
    expect((await issueKey('sandbox', cookie)).developer_id).not.toBe(developer_id);
  });
});
