import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimByLink, createClaimLink, previewClaim } from '../../src/features/claims/claim-link.ts';
import { previewLink, useLink } from '../../src/features/sign-in/email-link.ts';
import { signInWithPassword } from '../../src/features/sign-in/password.ts';
import { createBrowser } from '../support/browser.ts';
import { onEachDatabase } from '../support/database.ts';
import { startMailServer, tokenIn } from '../support/mail-server.ts';
import { type OpenIdServer, startOpenIdServer } from '../support/openid-server.ts';
import { cookiesOf, startPortal, type TestPortal } from '../support/portal.ts';
import { everyRow } from '../support/snapshot.ts';

const ADA = 'ada@example.com';
const MALLORY = 'mallory@example.com';
const PASSWORD = 'a password of mallory’s';

const redirectUris: string[] = [];
let provider: OpenIdServer;
beforeAll(async () => {
  provider = await startOpenIdServer(() => redirectUris);
});
afterAll(() => provider.close());

const cookieHeader = (setCookies: string[]) => setCookies.map((cookie) => cookie.split(';')[0]).join('; ');
const inBrowser = (cookies: string | null) => ({ cookies, client: 'Firefox on Linux' });

onEachDatabase('somebody who wants what is not theirs', (database) => {
  /** A portal, the mail it sends, and what Ada and Mallory do with both. */
  async function scene(env: Record<string, string> = {}) {
    const server = await startMailServer();
    const at = await startPortal(database, { env: { SMTP_URL: server.url, ...env } });
    redirectUris.push(`${at.url}/api/sign-in/oidc/callback`);
    const { portal, call } = at;
    /** The link that is written to an address, and the cookies of the browser that asked for it. */
    const ask = async (email: string, cookie = '') => {
      const response = await call('/api/sign-in-links', { body: { email }, ...(cookie && { cookie }) });
      expect(response.status).toBe(202);
      const cookies = [cookie, cookiesOf(response)].filter(Boolean).join('; ');
      return { token: tokenIn(server.letters.at(-1)), cookies };
    };
    const open = (token: string, cookies: string | null, password: string | null = null) =>
      useLink(portal, { token, browser: inBrowser(cookies), password });
    const signIn = async (email: string, cookie = '') => {
      const { token, cookies } = await ask(email, cookie);
      return open(token, cookies);
    };
    return { at, ask, open, signIn, ...at };
  }

  /** What a program began, and the link it hands over. */
  async function prepared({ at, portal }: { at: TestPortal; portal: TestPortal['portal'] }) {
    const issued = await at.issueKey('own_machine');
    const token =
      new URL(await createClaimLink(portal.ctx, issued.developer_id)).pathname.split('/').at(-1) ?? '';
    return { ...issued, token };
  }

  const status = async ({ call }: TestPortal, key: string) => (await call('/v1/me', { key })).status;

  test('1. hands over a workspace that they prepared: nothing of theirs works in it any more', async () => {
    const on = await scene();
    const trap = await prepared(on);
    const ada = await on.signIn(ADA);
    expect(await claimByLink(on.portal, { token: trap.token, into: ada.developerId, keep: new Set() })).toBe(
      true,
    );
    expect(await status(on, trap.secret)).toBe(401);
    expect((await on.call('/api/progress', { cookie: trap.cookie })).status).toBe(401);
    expect((await on.call('/api/credentials', { cookie: trap.cookie, body: {} })).status).toBe(201);
    const keys = await on.portal.ctx.db.selectFrom('credential').selectAll().execute();
    const works = keys.filter((key) => key.developer_id === ada.developerId && key.revoked_at === null);
    expect(works).toEqual([]);
  });

  test('2. takes the API key for the secret of a claim', async () => {
    const on = await scene();
    const { secret, credential } = await prepared(on);
    const mallory = await on.signIn(MALLORY);
    for (const token of [secret, credential.id, credential.hint]) {
      expect(await previewClaim(on.portal.ctx, token)).toBeNull();
      expect(await claimByLink(on.portal, { token, into: mallory.developerId, keep: new Set() })).toBe(false);
    }
  });

  test('3. races a hundred times for one claim: one wins, and no key is lost', async () => {
    const on = await scene();
    const { token, secret, credential } = await prepared(on);
    const people = [await on.signIn(ADA), await on.signIn(MALLORY)];
    const racers = Array.from({ length: 100 }, (_, n) => people[n % 2]?.developerId ?? '');
    const won = await Promise.all(
      racers.map((into) => claimByLink(on.portal, { token, into, keep: new Set([credential.id]) })),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await on.progress(secret)).developer_id).toBe(racers[won.indexOf(true)]);
  });

  test('4. uses a claim link or a sign-in link again', async () => {
    const on = await scene();
    const { token, secret, credential } = await prepared(on);
    const { token: link, cookies } = await on.ask(ADA);
    const ada = await on.open(link, cookies);
    const keep = new Set([credential.id]);
    await claimByLink(on.portal, { token, into: ada.developerId, keep });
    const mallory = await on.signIn(MALLORY);
    expect(await claimByLink(on.portal, { token, into: mallory.developerId, keep })).toBe(false);
    await expect(on.open(link, cookies)).rejects.toMatchObject({ status: 410 });
    expect((await on.progress(secret)).developer_id).toBe(ada.developerId);
  });

  test('5. signs up with somebody else’s address beforehand', async () => {
    const on = await scene();
    const trap = await on.at.issueKey('own_machine');
    const { token, cookies } = await on.ask(ADA, trap.cookie);
    const own = await on.at.issueKey('own_machine');
    const ada = await on.open(token, own.cookie);
    expect(ada.developerId).not.toBe(trap.developer_id);
    expect((await on.progress(trap.secret)).claimed_at).toBeNull();
    expect(await on.portal.visitors.read(cookies)).toMatchObject({
      developerId: trap.developer_id,
      claimed: false,
    });
    await expect(on.open(token, cookies, PASSWORD)).rejects.toMatchObject({ status: 410 });
    const attempt = { email: ADA, password: PASSWORD, browser: inBrowser(cookies) };
    await expect(signInWithPassword(on.portal, attempt)).rejects.toMatchObject({ code: 'wrong_password' });
  });

  const viaProvider = (sub: string, emailVerified: boolean, authoritative: boolean) => {
    provider.person = { sub, email: ADA, email_verified: emailVerified };
    return {
      OIDC_NAME: 'Acme',
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_AUTHORITATIVE: String(authoritative),
    };
  };
  const atProvider = async ({ url, portal }: TestPortal) => {
    const browser = createBrowser();
    await browser.open(`${url}/api/sign-in/oidc`);
    return portal.visitors.read(browser.cookies(url));
  };

  test('6. waits with a password until the victim comes through a provider (classic-federated merge)', async () => {
    const on = await scene(viaProvider('ada', true, false));
    const { token } = await on.ask(MALLORY);
    const mallory = await on.open(token, null, PASSWORD);
    const { cookies } = await on.ask(ADA, cookieHeader(mallory.setCookies));
    const ada = await atProvider(on);
    expect(ada).toMatchObject({ claimed: true });
    expect(ada?.developerId).not.toBe(mallory.developerId);
    const attempt = { email: ADA, password: PASSWORD, browser: inBrowser(cookies) };
    await expect(signInWithPassword(on.portal, attempt)).rejects.toMatchObject({ code: 'wrong_password' });
  });

  test('7. keeps a session, and an open page, from before the claim (unexpired session)', async () => {
    const on = await scene();
    const shared = await on.at.issueKey('own_machine');
    const page = await on.call('/api/progress/stream', { cookie: shared.cookie });
    const reader = page.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('event: progress');
    await on.signIn(ADA, shared.cookie);
    let heard = '';
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      heard += part.value;
    expect(heard).not.toContain('event:');
    for (const path of ['/api/progress', '/api/progress/stream', '/api/inbox']) {
      expect((await on.call(path, { cookie: shared.cookie })).status).toBe(401);
    }
  });

  test('8. adds a way of their own to sign in before the claim (trojan identifier)', async () => {
    const on = await scene();
    const shared = await on.at.issueKey('own_machine');
    const refused = await on.call('/api/passkeys/add/options', { cookie: shared.cookie, body: {} });
    expect(await refused.json()).toMatchObject({ status: 401, code: 'no_session' });
    const ada = await on.signIn(ADA, shared.cookie);
    const ways = await on.portal.ctx.db.selectFrom('identity').select(['subject', 'developer_id']).execute();
    expect(ways).toEqual([{ subject: ADA, developer_id: ada.developerId }]);
    expect(await on.portal.ctx.db.selectFrom('passkey').selectAll().execute()).toEqual([]);
  });

  test('9. leaves a link unused until the victim has claimed (unexpired e-mail change)', async () => {
    const on = await scene();
    const shared = await prepared(on);
    const pending = await on.ask(MALLORY, shared.cookie);
    const ada = await on.signIn(ADA, shared.cookie);
    expect(ada.developerId).toBe(shared.developer_id);
    expect(await previewClaim(on.portal.ctx, shared.token)).toBeNull();
    const mallory = await on.open(pending.token, pending.cookies, PASSWORD);
    expect(mallory).toMatchObject({ outcome: 'created' });
    expect(mallory.developerId).not.toBe(ada.developerId);
    expect((await on.progress(shared.secret)).developer_id).toBe(ada.developerId);
  });

  test('10. comes from a provider that verifies no address (non-verifying provider)', async () => {
    const on = await scene(viaProvider('mallory', false, true));
    const ada = await on.signIn(ADA);
    const mallory = await atProvider(on);
    expect(mallory).toMatchObject({ claimed: true });
    expect(mallory?.developerId).not.toBe(ada.developerId);
  });

  test('11. sends a claim from a page of another site', async () => {
    const on = await scene();
    const { cookie } = await on.at.issueKey('own_machine');
    const before = await everyRow(on.portal.ctx);
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: on.url, 'Sec-Fetch-Site': 'cross-site' },
      { Origin: on.url, 'Sec-Fetch-Site': 'same-site' },
      {},
    ]) {
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const response = await fetch(`${on.url}/api/sign-in-links`, {
          method: 'POST',
          body: JSON.stringify({ email: MALLORY }),
          headers: { Cookie: cookie, 'Content-Type': type, ...headers },
        });
        expect(response.status).toBe(403);
      }
    }
    expect(await everyRow(on.portal.ctx)).toEqual(before);
  });

  test('12. is a mail scanner that opens every link: nothing happens', async () => {
    const on = await scene();
    const { token: claim } = await prepared(on);
    const { token, cookies } = await on.ask(ADA);
    const before = await everyRow(on.portal.ctx);
    for (let n = 0; n < 20; n += 1) {
      expect(await previewLink(on.portal.ctx, token, null)).not.toBeNull();
      expect(await previewClaim(on.portal.ctx, claim)).not.toBeNull();
    }
    expect(await everyRow(on.portal.ctx)).toEqual(before);
    const ada = await on.open(token, cookies);
    expect(await claimByLink(on.portal, { token: claim, into: ada.developerId, keep: new Set() })).toBe(true);
  });
});
