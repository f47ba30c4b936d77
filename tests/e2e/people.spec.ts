import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import PostalMime from 'postal-mime';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectReadable } from './support/readable.ts';

let portal: OwnPortal;

test.beforeEach(async () => {
  portal = await startOwnPortal();
});

test.afterEach(async () => {
  await portal.close();
});

/** The link that was written to somebody; without a mail server mail is put into a folder. */
async function linkFor(email: string): Promise<string> {
  const folder = join(portal.data, 'outbox');
  const letters = await Promise.all(
    readdirSync(folder).map((file) => PostalMime.parse(readFileSync(join(folder, file)))),
  );
  const letter = letters.find(({ to }) => to?.some(({ address }) => address === email));
  return /http:\/\/\S+\/sign-in\/\w+/.exec(letter?.text ?? '')?.[0] ?? '';
}

async function enterAsAdmin(page: Page): Promise<void> {
  await page.goto(portal.adminLink);
  await page.goto(`${portal.url}/admin`);
}

async function invite(page: Page, email: string, role: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Role', { exact: true }).selectOption(role);
  await page.getByRole('button', { name: 'Invite' }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('an admin invites a PM, who sees insights and nothing of the admin’s, until the role is taken away', async ({
      page,
      browser,
    }) => {
      await enterAsAdmin(page);
      await invite(page, 'pat@example.com', 'PM');
      await expect(page.getByRole('status')).toContainText('pat@example.com is invited');
      await expect(page.getByRole('row', { name: 'pat@example.com' })).toContainText('PM');

      const pm = await (await browser.newContext({ javaScriptEnabled })).newPage();
      await pm.goto(await linkFor('pat@example.com'));
      await pm.getByRole('button', { name: 'Sign in' }).click();
      expect((await pm.goto(`${portal.url}/insights`))?.status()).toBe(200);
      expect((await pm.goto(`${portal.url}/admin`))?.status()).toBe(403);
      await expect(pm.getByRole('heading', { name: 'This account may not see this page' })).toBeVisible();

      await page.goto(`${portal.url}/admin`);
      await page.getByLabel('Role of pat@example.com').selectOption('Developer');
      await page.getByRole('button', { name: 'Change' }).click();
      await expect(page.getByRole('status')).toContainText('The role is changed');
      expect((await pm.goto(`${portal.url}/insights`))?.status()).toBe(401);

      await page.goto(`${portal.url}/admin/audit`);
      await expect(page.getByRole('row').filter({ hasText: 'role changed' }).first()).toContainText(
        'from pm, to developer',
      );
    });
  });
}

test('an admin who misspells an address is told, and withdraws an invitation', async ({ page }) => {
  await enterAsAdmin(page);
  await page.locator('form').evaluateAll((forms) => {
    for (const form of forms) form.setAttribute('novalidate', '');
  });
  await invite(page, 'pat@', 'PM');
  await expect(page.getByRole('alert')).toContainText('not an e-mail address');
  await invite(page, 'pat@example.com', 'Admin');
  const link = await linkFor('pat@example.com');
  await page.getByRole('button', { name: 'Withdraw the invitation of pat@example.com' }).click();
  await expect(page.getByRole('status')).toContainText('no longer invited');
  expect((await page.request.get(link)).status()).toBe(410);
});

test('an admin makes a root key, which is shown once and works until it is revoked', async ({ page }) => {
  await enterAsAdmin(page);
  await page.getByRole('link', { name: 'Root keys' }).click();
  await page.getByLabel('Name of a new one').fill('edge gateway');
  await page.getByRole('button', { name: 'Create' }).click();
  const secret = await page.locator('copy-secret code').textContent();
  expect(secret).toMatch(/^fc_root_\w{36}$/);
  await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible();
  const verify = () =>
    fetch(`${portal.url}/api/keys/verify`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
      body: '{"key": "fc_test_nothing"}',
    });
  expect(await (await verify()).json()).toMatchObject({ valid: false });

  await page.goto(`${portal.url}/admin/root-keys`);
  expect(await page.content()).not.toContain(secret);
  await page.getByLabel('Revoke edge gateway').click();
  await page.getByRole('button', { name: 'Revoke for good' }).click();
  await expect(page.getByRole('status')).toContainText('revoked');
  expect((await verify()).status).toBe(401);
});

test('the admin’s pages read well in both themes, on a phone and on a desk', async ({ page }) => {
  await enterAsAdmin(page);
  await invite(page, 'pat@example.com', 'PM');
  for (const path of ['/admin', '/admin/audit', '/admin/root-keys']) {
    await page.goto(portal.url + path);
    await expectReadable(page);
  }
});
