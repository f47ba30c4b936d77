import { expect, type Page, test } from '@playwright/test';
import { parseConfig } from '../../src/config.ts';
import { enter } from '../../src/features/claims/enter.ts';
import { createKey } from '../../src/features/credentials/create-key.ts';
import { rollKey } from '../../src/features/credentials/roll-key.ts';
import { createLog } from '../../src/log.ts';
import { openPortal, type Portal } from '../../src/portal.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectReadable } from './support/readable.ts';
import { useCookies } from './support/use-cookies.ts';

const KEY = /fc_(test|live)_[0-9A-Za-z]{36}/;
const MINUTE = 60_000;

/** The built portal, and a second hand in its database. */
let running: OwnPortal;
let hand: Portal;

test.beforeAll(async () => {
  running = await startOwnPortal({ KEYS_PER_HOUR: '1000' });
  const config = parseConfig({ DATA_DIR: running.data, PUBLIC_URL: running.url, LOG_LEVEL: 'silent' });
  hand = await openPortal({ config, log: createLog('silent') });
});

test.afterAll(async () => {
  await hand.close();
  await running.close();
});

/** An anonymous developer with one key, who opens the page. */
async function openAnonymously(page: Page): Promise<string> {
  const answer = await fetch(`${running.url}/api/credentials`, { method: 'POST' });
  await useCookies(page.context(), running.url, answer.headers.getSetCookie());
  await page.goto(`${running.url}/keys`);
  return (await answer.json()).secret;
}

/** Somebody who has signed in with an address, so long ago. */
async function openSignedIn(page: Page, email: string, ago = 0): Promise<string> {
  const entry = await enter(
    hand,
    { issuer: 'email', subject: email, label: email },
    { cookies: null, client: null },
  );
  if (ago > 0) {
    await hand.ctx.db
      .updateTable('session')
      .set({ signed_in_at: Date.now() - ago })
      .where('developer_id', '=', entry.developerId)
      .execute();
  }
  await useCookies(page.context(), running.url, entry.setCookies);
  await page.goto(`${running.url}/keys`);
  return entry.developerId;
}

const make = (developerId: string, wanted: Partial<Parameters<typeof createKey>[2]> = {}) =>
  createKey(hand.ctx, hand.verifier, {
    developerId,
    claimed: true,
    environment: 'test',
    name: null,
    expiresInDays: null,
    scopes: null,
    networks: '',
    ...wanted,
  });

const statusOf = async (key: string) =>
  (await fetch(`${running.url}/v1/me`, { headers: { Authorization: `Bearer ${key}` } })).status;

async function shownKey(page: Page): Promise<string> {
  const secret = page.locator('[data-shown] code');
  await expect(secret).toHaveText(KEY);
  return (await secret.textContent()) ?? '';
}

const keys = (page: Page) => page.getByRole('table', { name: 'Your keys' }).getByRole('row');

for (const javaScriptEnabled of [false, true]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a key is made, shown again, rolled and revoked', async ({ page }) => {
      const first = await openAnonymously(page);
      let navigations = 0;
      page.on('framenavigated', () => {
        navigations += 1;
      });
      await expect(keys(page)).toHaveCount(2);

      await page.getByRole('button', { name: 'Create a test key' }).click();
      const made = await shownKey(page);
      expect(await statusOf(made)).toBe(200);
      await expect(keys(page)).toHaveCount(3);

      const row = keys(page).filter({ hasText: `…${first.slice(-4)}` });
      await row.getByRole('button', { name: /^Show/ }).click();
      await expect(page.locator('[data-shown] code')).toHaveText(first);

      await row.getByText('Roll', { exact: true }).click();
      await row.getByLabel('A new key takes its place').selectOption('works for another hour');
      await row.getByRole('button', { name: 'Roll it' }).click();
      await expect(page.locator('[data-shown]')).toContainText('The old key works until');
      const rolled = await shownKey(page);
      expect(rolled).not.toBe(first);
      expect([await statusOf(first), await statusOf(rolled)]).toEqual([200, 200]);
      await expect(row).toContainText(/in (60 min|1 h) \(rolled\)/);

      await row.getByText('Revoke', { exact: true }).click();
      await row.getByRole('button', { name: 'Revoke it' }).click();
      await expect(page.getByText('The key is revoked')).toBeVisible();
      expect([await statusOf(first), await statusOf(rolled)]).toEqual([401, 200]);
      await page.getByText('Ended keys (1)').click();
      await expect(page.getByRole('table', { name: 'Ended keys' })).toContainText('revoked');
      expect(navigations).toBe(javaScriptEnabled ? 0 : 4);
    });

    test('what was typed stays when it is refused', async ({ page }) => {
      await openAnonymously(page);
      await page.getByText('Name, end, scopes and networks').click();
      await page.getByLabel('Name', { exact: true }).fill('nightly import');
      await page.getByLabel('write').uncheck();
      await page.getByLabel('Only from these networks').fill('10.0.0.0/8, example.com');
      await page.getByRole('button', { name: 'Create a test key' }).click();
      await expect(page.getByRole('alert')).toContainText('“example.com” is no network');
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue('nightly import');
      await expect(page.getByLabel('write')).not.toBeChecked();
      await page.getByLabel('Only from these networks').fill('10.0.0.0/8');
      await page.getByRole('button', { name: 'Create a test key' }).click();
      const secret = await shownKey(page);
      await expect(keys(page).filter({ hasText: 'nightly import' })).toContainText(
        'own machine · only read · from 10.0.0.0/8',
      );
      expect(await statusOf(secret)).toBe(403);
    });

    test('a live key is for whoever has a verified address, and is shown once', async ({ page }) => {
      await openSignedIn(page, `live-${javaScriptEnabled}@example.com`);
      await page.getByRole('button', { name: 'Create a live key' }).click();
      await expect(page.locator('[data-shown]')).toContainText('shown this once');
      expect(await shownKey(page)).toMatch(/^fc_live_/);
      await expect(keys(page).nth(1)).toContainText('live');
      await expect(keys(page).nth(1).getByRole('button', { name: /^Show/ })).toHaveCount(0);
    });

    test('showing a key asks for a fresh sign-in, creating one does not', async ({ page }) => {
      const developerId = await openSignedIn(page, `stale-${javaScriptEnabled}@example.com`, 16 * MINUTE);
      await make(developerId);
      await page.reload();
      await page.getByRole('button', { name: 'Create a test key' }).click();
      await shownKey(page);
      await page.getByRole('button', { name: /^Show/ }).first().click();
      if (javaScriptEnabled) await expect(page).toHaveURL(/\/sign-in\?next=%2Fkeys(%2F)?$/);
      else await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
    });
  });
}

test('a key is copied, taken off the page, and stays nowhere in the browser', async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openAnonymously(page);
  await page.getByRole('button', { name: 'Create a test key' }).click();
  const secret = await shownKey(page);
  await expect(page.locator('[data-shown]')).toBeFocused();
  await page.getByRole('button', { name: 'Copy' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'Keys' })).toBeFocused();
  expect(await page.content()).not.toContain(secret);
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toContain('fc_test_');
  expect(page.url()).toBe(`${running.url}/keys`);
});

test('a portal that cannot be reached is said, and nothing is lost', async ({ page }) => {
  await openAnonymously(page);
  await page.route('**/keys?*', (route) => route.abort());
  await page.getByRole('button', { name: 'Create a test key' }).click();
  await expect(page.getByRole('alert')).toContainText('could not be reached');
  await page.unroute('**/keys?*');
  await page.getByRole('button', { name: 'Create a test key' }).click();
  await shownKey(page);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the whole page is used by keyboard', async ({ page }) => {
  await openAnonymously(page);
  await page.getByRole('button', { name: 'Create a test key' }).focus();
  await page.keyboard.press('Enter');
  await shownKey(page);
  await keys(page).nth(1).getByText('Revoke', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Revoke it' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Revoke it' })).toBeHidden();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The key is revoked')).toBeFocused();
});

test('whoever has no key yet is shown the way to the first one', async ({ page }) => {
  await page.goto(`${running.url}/keys`);
  await expect(page.getByText('No key yet.')).toBeVisible();
  await page.getByRole('link', { name: 'Open the quickstart' }).click();
  await expect(page).toHaveURL(/\/quickstart\/$/);
});

test('it reads well in both themes, on a phone and on a desk', async ({ page }) => {
  const developerId = await openSignedIn(page, 'look@example.com');
  await make(developerId, { name: 'deploy', environment: 'live', expiresInDays: 90 });
  const old = await make(developerId, {
    name: 'nightly import of everything',
    scopes: ['read'],
    networks: '203.0.113.0/24 2001:db8:85a3::/48 198.51.100.7',
  });
  await rollKey(hand.ctx, hand.verifier, { developerId, id: old.credential.id, overlap: '24h' });
  const ended = await make(developerId);
  await rollKey(hand.ctx, hand.verifier, { developerId, id: ended.credential.id, overlap: 'now' });
  await page.reload();
  await page.getByRole('button', { name: 'Create a test key' }).click();
  await shownKey(page);
  await page.getByText('Name, end, scopes and networks').click();
  await page.getByText('Ended keys (1)').click();
  await keys(page).nth(2).getByText('Roll', { exact: true }).click();
  await expectReadable(page);
});
