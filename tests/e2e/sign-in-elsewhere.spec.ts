import { expect, test } from '@playwright/test';
import { type OpenIdServer, startOpenIdServer } from '../support/openid-server.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';

let provider: OpenIdServer;
let portal: OwnPortal;

// The provider is at 127.0.0.1 and the portal at localhost: two sites, as in life.
test.beforeAll(async () => {
  provider = await startOpenIdServer(() => [`${portal.url}/api/sign-in/oidc/callback`]);
  portal = await startOwnPortal({
    OIDC_NAME: 'Acme',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
  });
});

test.afterAll(async () => {
  await portal.close();
  await provider.close();
});

test('a provider’s button keeps what the browser began, and comes back to the page', async ({ page }) => {
  provider.person = { sub: 'ada', email: 'ada@example.com', email_verified: true };
  await page.goto(`${portal.url}/sign-in`);
  const { secret, developer_id } = await page.evaluate(async () =>
    (await fetch('/api/credentials', { method: 'POST' })).json(),
  );
  await page.goto(`${portal.url}/sign-in?next=/account`);
  await page.getByRole('link', { name: 'Continue with Acme' }).click();
  await expect(page).toHaveURL(`${portal.url}/account`);
  await expect(page.getByRole('main')).toContainText('You are signed in as ada@example.com.');
  await expect(page.getByRole('row', { name: /Acme/ })).toContainText('ada@example.com');
  const progress = await fetch(`${portal.url}/api/progress`, {
    headers: { Authorization: `Bearer ${secret}` },
  });
  expect(await progress.json()).toMatchObject({ developer_id, claimed_at: expect.any(String) });
});

test('who says no there reads here that nothing happened', async ({ page }) => {
  provider.person = null;
  await page.goto(`${portal.url}/sign-in`);
  await page.getByRole('link', { name: 'Continue with Acme' }).click();
  await expect(page.getByRole('alert')).toContainText('You turned the sign-in down there');
});

test('another site cannot send somebody to sign in', async ({ page }) => {
  await page.goto(`${provider.issuer}/.well-known/openid-configuration`);
  await page.evaluate((url) => {
    location.href = url;
  }, `${portal.url}/api/sign-in/oidc`);
  await page.waitForURL(`${portal.url}/api/sign-in/oidc`);
  await expect(page.locator('body')).toContainText('wrong_origin');
});
