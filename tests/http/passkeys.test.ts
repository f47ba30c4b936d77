import { expect, test } from 'vitest';
import { type Browser, createBrowser } from '../support/browser.ts';
import { onEachDatabase } from '../support/database.ts';
import { HOUR, startPortal, type TestPortal } from '../support/portal.ts';
import { createPasskey, type Situation, type SoftwarePasskey } from '../support/software-passkey.ts';

type Errand = 'sign-in' | 'sign-up' | 'add';

onEachDatabase('passkeys', (database) => {
  async function started() {
    const at = await startPortal(database);
    const post = (browser: Browser, path: string, body: unknown = {}) =>
      browser.open(`${at.url}/api/passkeys/${path}`, { method: 'POST', body });
    const challenge = async (browser: Browser, errand: Errand): Promise<string> => {
      const { response } = await post(browser, `${errand}/options`);
      const { challenge } = await response.json();
      return challenge;
    };
    /** Both halves, with whatever is different from what an honest device would do. */
    const send = async (
      browser: Browser,
      errand: Errand,
      passkey: SoftwarePasskey,
      different: Partial<Situation> = {},
    ) => {
      const situation = { origin: at.url, challenge: await challenge(browser, errand), ...different };
      const answer = errand === 'sign-in' ? passkey.use(situation) : passkey.create(situation);
      const { response } = await post(browser, errand, answer);
      return { status: response.status, body: response.status === 204 ? null : await response.json() };
    };
    const whoIs = (browser: Browser) => at.portal.visitors.read(browser.cookies(at.url));
    return { ...at, post, challenge, send, whoIs };
  }

  async function begun({ url, issueKey }: TestPortal) {
    const browser = createBrowser();
    const issued = await issueKey('own_machine');
    browser.take(url, issued.cookie.split('; '));
    return { browser, ...issued };
  }

  test('a new one claims what the browser began, without a field, and opens it from anywhere', async () => {
    const at = await started();
    const { browser, developer_id, secret } = await begun(at);
    const passkey = createPasskey();
    expect(await at.send(browser, 'sign-up', passkey)).toEqual({
      status: 200,
      body: { outcome: 'claimed', developer_id, home: '/keys' },
    });
    expect(await at.whoIs(browser)).toMatchObject({ developerId: developer_id, claimed: true });
    at.clock.now += 30 * 24 * HOUR;
    expect((await at.call('/v1/me', { key: secret })).status).toBe(200);

    const elsewhere = createBrowser();
    expect(await at.send(elsewhere, 'sign-in', passkey)).toMatchObject({
      body: { outcome: 'signed_in', developer_id },
    });
    expect(await at.whoIs(elsewhere)).toMatchObject({ developerId: developer_id });
    const stored = await at.portal.ctx.db.selectFrom('passkey').selectAll().execute();
    expect(stored).toEqual([
      expect.objectContaining({ id: passkey.id, developer_id, counter: 2, last_used_at: at.clock.now }),
    ]);
    expect(await at.portal.ctx.db.selectFrom('ceremony').selectAll().execute()).toEqual([]);
  });

  test('one that is known takes along what another browser began', async () => {
    const at = await started();
    const first = await begun(at);
    const passkey = createPasskey();
    await at.send(first.browser, 'sign-up', passkey);
    const second = await begun(at);
    expect(await at.send(second.browser, 'sign-in', passkey)).toMatchObject({
      body: { outcome: 'merged', developer_id: first.developer_id },
    });
    expect((await at.progress(second.secret)).developer_id).toBe(first.developer_id);
  });

  const FLAWS: [string, Partial<Situation>][] = [
    ['of a page of another site', { origin: 'https://evil.example' }],
    ['of another site that borrows the portal’s name', { origin: 'https://evil.example', rpId: '127.0.0.1' }],
    ['of another port of this host', { origin: 'http://127.0.0.1:1' }],
    ['made for another name', { rpId: 'evil.example' }],
    ['whose device did not look who was there', { verified: false }],
    ['to a question nobody asked', { challenge: 'bm90IGFza2Vk' }],
  ];
  test.each(FLAWS)('an answer %s is not accepted', async (_, different) => {
    const at = await started();
    const { browser } = await begun(at);
    const passkey = createPasskey();
    expect(await at.send(browser, 'sign-up', passkey, different)).toMatchObject({
      status: 403,
      body: { code: 'passkey_refused' },
    });
    expect(await at.whoIs(browser)).toMatchObject({ claimed: false });
    expect(await at.portal.ctx.db.selectFrom('identity').selectAll().execute()).toEqual([]);

    expect((await at.send(browser, 'sign-up', passkey)).status).toBe(200);
    const other = createBrowser();
    expect(await at.send(other, 'sign-in', passkey, different)).toMatchObject({
      status: 403,
      body: { code: 'passkey_refused' },
    });
    expect(await at.whoIs(other)).toBeNull();
  });

  test('an answer counts once, in the browser that asked, within ten minutes', async () => {
    const at = await started();
    const { browser } = await begun(at);
    const passkey = createPasskey();
    await at.send(browser, 'sign-up', passkey);
    const asked = async () => ({ origin: at.url, challenge: await at.challenge(browser, 'sign-in') });
    const answer = passkey.use(await asked());
    const status = async (who: Browser, body: unknown) =>
      (await at.post(who, 'sign-in', body)).response.status;
    expect(await status(createBrowser(), answer)).toBe(403);
    const answers = await Promise.all(Array.from({ length: 20 }, () => status(browser, answer)));
    expect(answers.filter((code) => code === 200)).toHaveLength(1);
    expect(answers.filter((code) => code === 403)).toHaveLength(19);

    const late = passkey.use(await asked());
    at.clock.now += 10 * 60_000;
    expect(await status(browser, late)).toBe(403);
    const forNew = { origin: at.url, challenge: await at.challenge(browser, 'sign-up') };
    expect(await status(browser, passkey.use(forNew))).toBe(403);
  });

  test('a copy of a device is noticed when it counts less than the device did', async () => {
    const at = await started();
    const { browser } = await begun(at);
    const passkey = createPasskey();
    await at.send(browser, 'sign-up', passkey, { counter: 5 });
    expect((await at.send(createBrowser(), 'sign-in', passkey, { counter: 5 })).status).toBe(403);
    expect((await at.send(createBrowser(), 'sign-in', passkey, { counter: 6 })).status).toBe(200);
    expect((await at.send(createBrowser(), 'sign-in', passkey, { counter: 0 })).status).toBe(403);
  });

  test('one that is kept in step by its maker does not count at all', async () => {
    const at = await started();
    const { browser } = await begun(at);
    const passkey = createPasskey();
    await at.send(browser, 'sign-up', passkey, { counter: 0 });
    for (let n = 0; n < 2; n += 1) {
      expect((await at.send(createBrowser(), 'sign-in', passkey, { counter: 0 })).status).toBe(200);
    }
  });

  test('nobody signs in with a passkey that no account has, or signs with another’s', async () => {
    const at = await started();
    const { browser } = await begun(at);
    const passkey = createPasskey();
    await at.send(browser, 'sign-up', passkey);
    expect(await at.send(createBrowser(), 'sign-in', createPasskey())).toMatchObject({
      status: 404,
      body: { code: 'unknown_passkey' },
    });
    const thief = createPasskey();
    const stolen: SoftwarePasskey = {
      ...passkey,
      use: (situation) => ({ ...thief.use(situation), id: passkey.id, rawId: passkey.id }),
    };
    expect((await at.send(createBrowser(), 'sign-in', stolen)).status).toBe(403);
  });

  test('a second one is added by somebody who signed in lately, and opens the same account', async () => {
    const at = await started();
    const { browser, developer_id } = await begun(at);
    const first = createPasskey();
    expect((await at.post(browser, 'add/options')).response.status).toBe(401);
    await at.send(browser, 'sign-up', first);
    const { response } = await at.post(browser, 'add/options');
    expect((await response.json()).excludeCredentials).toEqual([
      expect.objectContaining({ id: first.id, transports: ['internal'] }),
    ]);
    const second = createPasskey();
    expect((await at.send(browser, 'add', second)).status).toBe(204);
    expect(await at.send(createBrowser(), 'sign-in', second)).toMatchObject({ body: { developer_id } });
    expect(await at.send(browser, 'add', second)).toMatchObject({
      status: 409,
      body: { code: 'passkey_in_use' },
    });
    // What was asked for by nobody, to become somebody, is not added to an account.
    const challenge = await at.challenge(browser, 'sign-up');
    const answer = createPasskey().create({ origin: at.url, challenge });
    expect((await at.post(browser, 'add', answer)).response.status).toBe(403);
    at.clock.now += HOUR;
    expect((await at.post(browser, 'add/options')).response.status).toBe(403);
  });

  test.each([
    ['nothing', {}],
    ['another type', { id: 'x', rawId: 'x', type: 'password', response: {} }],
    [
      'no JSON where JSON should be',
      {
        id: 'eA',
        rawId: 'eA',
        type: 'public-key',
        response: { clientDataJSON: 'eA', authenticatorData: 'eA', signature: 'eA' },
      },
    ],
  ])('%s is no answer', async (_, body) => {
    const at = await started();
    const { response } = await at.post(createBrowser(), 'sign-in', body);
    expect([403, 422]).toContain(response.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});
