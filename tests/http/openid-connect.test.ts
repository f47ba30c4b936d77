import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, createBrowser } from '../support/browser.ts';
import { onEachDatabase } from '../support/database.ts';
import { type OpenIdServer, type Person, startOpenIdServer } from '../support/openid-server.ts';
import { HOUR, startPortal, type TestPortal } from '../support/portal.ts';

const ADA: Person = { sub: 'ada', email: 'Ada@Example.com', email_verified: true, name: 'Ada' };

const redirectUris: string[] = [];
let server: OpenIdServer;

beforeAll(async () => {
  server = await startOpenIdServer(() => redirectUris);
});
afterAll(() => server.close());
beforeEach(() => {
  server.person = ADA;
});

const environment = (further: Record<string, string> = {}) => ({
  OIDC_NAME: 'Acme',
  OIDC_ISSUER: server.issuer,
  OIDC_CLIENT_ID: server.clientId,
  OIDC_CLIENT_SECRET: server.clientSecret,
  ...further,
});

onEachDatabase('signing in at a provider', (database) => {
  async function started(further?: Record<string, string>): Promise<TestPortal> {
    const at = await startPortal(database, { env: environment(further) });
    redirectUris.push(`${at.url}/api/sign-in/oidc/callback`);
    return at;
  }

  /** A browser in which somebody has run the sample. */
  async function begun({ url, issueKey }: TestPortal) {
    const browser = createBrowser();
    const issued = await issueKey('own_machine');
    browser.take(url, issued.cookie.split('; '));
    return { browser, ...issued };
  }

  const signIn = ({ url }: TestPortal, browser: Browser, query = '') =>
    browser.open(`${url}/api/sign-in/oidc${query}`);
  const whoIs = ({ url, portal }: TestPortal, browser: Browser) => portal.visitors.read(browser.cookies(url));
  const identities = ({ portal }: TestPortal) =>
    portal.ctx.db.selectFrom('identity').select(['issuer', 'subject', 'label', 'developer_id']).execute();

  test('claims what the browser began, and finds it again from another one', async () => {
    const at = await started();
    const { browser, developer_id } = await begun(at);
    const visit = await signIn(at, browser, '?next=/keys%3Fnew');
    expect(visit.url.href).toBe(`${at.url}/keys?new`);
    expect(await whoIs(at, browser)).toMatchObject({ developerId: developer_id, claimed: true });
    expect(await identities(at)).toEqual([
      { issuer: server.issuer, subject: 'ada', label: 'Ada@Example.com', developer_id },
    ]);
    const elsewhere = createBrowser();
    expect((await signIn(at, elsewhere)).url.pathname).toBe('/keys');
    expect(await whoIs(at, elsewhere)).toMatchObject({ developerId: developer_id });
    const ceremonies = await at.portal.ctx.db.selectFrom('ceremony').selectAll().execute();
    expect(ceremonies).toEqual([]);
  });

  test('asks with a code, PKCE, state and nonce, and never leads away from the portal', async () => {
    const at = await started();
    const browser = createBrowser();
    const asked = await browser.goUntil(`${at.url}/api/sign-in/oidc`, (url) =>
      url.href.startsWith(server.issuer),
    );
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^\w{40}$/),
      nonce: expect.stringMatching(/^\w{40}$/),
      redirect_uri: `${at.url}/api/sign-in/oidc/callback`,
    });
    for (const next of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const visit = await signIn(at, createBrowser(), `?next=${encodeURIComponent(next)}`);
      expect(visit.url.href).toBe(`${at.url}/keys`);
    }
  });

  test('never becomes somebody else because the address is the same', async () => {
    const at = await started();
    const first = await begun(at);
    await signIn(at, first.browser);
    server.person = { ...ADA, sub: 'mallory' };
    const second = createBrowser();
    await signIn(at, second);
    expect((await whoIs(at, second))?.developerId).not.toBe(first.developer_id);
    expect((await identities(at)).map(({ issuer }) => issuer)).toEqual([server.issuer, server.issuer]);
  });

  test('of an authoritative provider an address names one person, once the provider has verified it', async () => {
    const at = await started({ OIDC_AUTHORITATIVE: 'true' });
    const { browser, developer_id } = await begun(at);
    await signIn(at, browser);
    expect(await identities(at)).toEqual(
      expect.arrayContaining([
        { issuer: 'email', subject: 'ada@example.com', label: 'ada@example.com', developer_id },
      ]),
    );
    server.person = { ...ADA, sub: 'ada-after-her-account-was-made-anew' };
    const again = createBrowser();
    await signIn(at, again);
    expect((await whoIs(at, again))?.developerId).toBe(developer_id);
    server.person = { ...ADA, sub: 'mallory', email_verified: false };
    const mallory = createBrowser();
    await signIn(at, mallory);
    expect((await whoIs(at, mallory))?.developerId).not.toBe(developer_id);
  });

  test('can become another way into an account, but never into two', async () => {
    const at = await started();
    const { browser, developer_id } = await begun(at);
    await signIn(at, browser);
    server.person = { sub: 'ada-at-home' };
    browser.forget(server.issuer);
    const added = await browser.open(`${at.url}/api/account/ways/oidc`);
    expect(added.url.href).toBe(`${at.url}/account`);
    const other = createBrowser();
    expect((await signIn(at, other)).url.pathname).toBe('/keys');
    expect((await whoIs(at, other))?.developerId).toBe(developer_id);

    server.person = { sub: 'bob' };
    const bob = createBrowser();
    await signIn(at, bob);
    server.person = ADA;
    bob.forget(server.issuer);
    const taken = await bob.open(`${at.url}/api/account/ways/oidc`);
    expect(taken.url.href).toBe(`${at.url}/account?failed=taken`);
    expect(await identities(at)).toHaveLength(3);
  });

  test('whoever is asked to prove it again has to prove it to the provider, too', async () => {
    const at = await started();
    const { browser, developer_id } = await begun(at);
    await signIn(at, browser);
    const asked = await browser.goUntil(`${at.url}/api/sign-in/oidc`, (url) =>
      url.href.startsWith(server.issuer),
    );
    expect(asked.searchParams.get('max_age')).toBe('900');
    at.clock.now += HOUR;
    await signIn(at, browser);
    expect(await whoIs(at, browser)).toMatchObject({ developerId: developer_id, signedInAt: at.clock.now });
  });

  test('is added only by somebody who signed in lately, on a page of the portal', async () => {
    const at = await started();
    const { browser } = await begun(at);
    const open = (headers = {}) => browser.open(`${at.url}/api/account/ways/oidc`, { headers });
    expect((await open()).response.status).toBe(401);
    await signIn(at, browser);
    expect((await open({ 'Sec-Fetch-Site': 'cross-site' })).response.status).toBe(403);
    at.clock.now += HOUR;
    const stale = await open();
    expect(await stale.response.json()).toMatchObject({ status: 403, code: 'sign_in_again' });
    expect(await identities(at)).toHaveLength(1);
  });

  test('an answer is worth nothing in another browser, a second time, or after ten minutes', async () => {
    const at = await started();
    const { browser, developer_id } = await begun(at);
    const answer = () =>
      browser.goUntil(`${at.url}/api/sign-in/oidc`, (url) => url.pathname.endsWith('/callback'));
    const failed = `${at.url}/sign-in?failed=unknown`;

    const mine = await answer();
    const victim = await begun(at);
    expect((await victim.browser.open(mine.href)).url.href).toBe(failed);
    expect(await whoIs(at, victim.browser)).toMatchObject({
      developerId: victim.developer_id,
      claimed: false,
    });
    expect((await browser.open(mine.href)).url.href).toBe(`${at.url}/keys`);
    expect((await browser.open(mine.href)).url.href).toBe(failed);

    const late = await answer();
    at.clock.now += 10 * 60_000;
    expect((await browser.open(late.href)).url.href).toBe(failed);
    const forged = await answer();
    forged.searchParams.set('state', 'a'.repeat(40));
    expect((await browser.open(forged.href)).url.href).toBe(failed);
    expect(await whoIs(at, browser)).toMatchObject({ developerId: developer_id });
    expect(await identities(at)).toHaveLength(1);
  });

  test('a link that was clicked twice leads in, whichever click is answered last', async () => {
    const at = await started();
    const browser = createBrowser();
    const begin = `${at.url}/api/sign-in/oidc`;
    const answers = await Promise.all(
      [1, 2].map(() => browser.goUntil(begin, (url) => url.href.startsWith(server.issuer))),
    );
    for (const asked of answers) {
      const back = await browser.goUntil(asked.href, (url) => url.pathname.endsWith('/callback'));
      expect((await browser.open(back.href)).url.href).toBe(`${at.url}/keys`);
    }
  });

  test('a person who says no there is no further than before', async () => {
    const at = await started();
    const { browser } = await begun(at);
    server.person = null;
    const visit = await signIn(at, browser, '?next=/keys');
    expect(visit.url.href).toBe(`${at.url}/sign-in?failed=denied&next=%2Fkeys`);
    expect(await whoIs(at, browser)).toMatchObject({ claimed: false });
  });

  test('begins on a page of the portal alone, and with a provider that is configured', async () => {
    const at = await started();
    for (const site of ['cross-site', 'same-site']) {
      const visit = await createBrowser().open(`${at.url}/api/sign-in/oidc`, {
        headers: { 'Sec-Fetch-Site': site },
      });
      expect(await visit.response.json()).toMatchObject({ status: 403, code: 'wrong_origin' });
    }
    expect((await at.call('/api/sign-in/github')).status).toBe(404);
    expect((await at.call('/api/sign-in/github/callback?state=x&code=y')).status).toBe(404);
    expect(await (await at.call('/api/config')).json()).toMatchObject({
      sign_in: [{ name: 'Acme', href: '/api/sign-in/oidc' }],
    });
  });

  test('a provider that is away is said to be away, and asked again when it is back', async () => {
    const at = await startPortal(database, { env: environment({ OIDC_ISSUER: 'http://127.0.0.1:9' }) });
    const visit = await createBrowser().open(`${at.url}/api/sign-in/oidc`);
    expect(visit.url.href).toBe(`${at.url}/sign-in?failed=refused`);
    expect(await at.portal.ctx.db.selectFrom('ceremony').selectAll().execute()).toEqual([]);
  });

  test('nobody begins more sign-ins than an office would', async () => {
    const at = await started();
    const statuses: number[] = [];
    for (let n = 0; n < 61; n += 1) statuses.push((await at.call('/api/sign-in/oidc')).status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(429);
  });
});
