import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../support/browser.ts';
import { onEachDatabase } from '../support/database.ts';
import { type LyingProvider, startLyingProvider } from '../support/lying-provider.ts';
import { startPortal } from '../support/portal.ts';

const CLIENT_ID = 'portal';

const LIES: [string, LyingProvider['lie']][] = [
  ['another nonce', { claims: (truth) => ({ ...truth, nonce: 'of-another-sign-in' }) }],
  ['no nonce', { claims: ({ nonce: _, ...truth }) => truth }],
  ['another issuer', { claims: (truth) => ({ ...truth, iss: 'https://accounts.google.com' }) }],
  ['another audience', { claims: (truth) => ({ ...truth, aud: 'another-client' }) }],
  ['an expired token', { claims: (truth) => ({ ...truth, exp: 1_000_000_000, iat: 999_999_999 }) }],
  ['no subject', { claims: ({ sub: _, ...truth }) => truth }],
  ['a signature of another key', { forged: true }],
  ['no signature', { unsigned: true }],
  ['the algorithm none', { header: { alg: 'none' }, unsigned: true }],
  ['the algorithm of a shared secret', { header: { alg: 'HS256' } }],
];

onEachDatabase('a provider whose answer does not hold', (database) => {
  test.each(LIES)('is not believed: %s', async (_, lie) => {
    const liar = await startLyingProvider(CLIENT_ID);
    onTestFinished(() => liar.close());
    const at = await startPortal(database, {
      env: { OIDC_ISSUER: liar.issuer, OIDC_CLIENT_ID: CLIENT_ID, OIDC_CLIENT_SECRET: 'secret' },
    });
    const { cookie } = await at.issueKey('sandbox');
    const browser = createBrowser();
    browser.take(at.url, cookie.split('; '));
    const before = browser.cookies(at.url);

    liar.lie = lie;
    const visit = await browser.open(`${at.url}/api/sign-in/oidc`);
    expect(visit.url.href).toBe(`${at.url}/sign-in?failed=refused`);
    expect(browser.cookies(at.url)).toContain(before);
    expect(await at.portal.visitors.read(cookie)).toMatchObject({ claimed: false });
    for (const table of ['identity', 'ceremony'] as const) {
      expect(await at.portal.ctx.db.selectFrom(table).selectAll().execute()).toEqual([]);
    }

    liar.lie = {};
    expect((await browser.open(`${at.url}/api/sign-in/oidc`)).url.href).toBe(`${at.url}/keys`);
  });
});
