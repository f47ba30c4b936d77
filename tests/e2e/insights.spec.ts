import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';

let portal: OwnPortal;

test.beforeEach(async () => {
  portal = await startOwnPortal();
});

test.afterEach(async () => {
  await portal.close();
});

/** A developer who takes a key and, if asked to, calls with it; without a browser. */
async function begin({ call }: { call: boolean }): Promise<string> {
  const issued = await fetch(`${portal.url}/api/credentials`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"origin": "own_machine"}',
  });
  const { secret, developer_id } = await issued.json();
  if (call) {
    const sent = await fetch(`${portal.url}/v1/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
      body: '{"to": "ada@example.com", "body": "Hello"}',
    });
    expect(sent.status).toBe(201);
  }
  return developer_id;
}

async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual(
    [],
  );
}

test('a stranger is told how to get in, and learns nothing else', async ({ page }) => {
  const answer = await page.goto(`${portal.url}/insights`);
  expect(answer?.status()).toBe(401);
  await expect(page.getByRole('main')).toContainText('one-time link that the portal printed when it started');
  await expect(page.getByRole('table')).toHaveCount(0);
});

test('the PM sees who has called and who is waiting, and signs out', async ({ page }) => {
  await page.goto(portal.adminLink);
  await expect(page).toHaveURL(`${portal.url}/insights`);
  await expect(page.getByRole('main')).toContainText('No developer has begun yet');
  await expect(page.getByRole('link', { name: 'Open the quickstart' })).toBeVisible();

  const called = await begin({ call: true });
  const waiting = await begin({ call: false });
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('definition').filter({ hasText: '1 of 2' })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 5_000 });
  await expect(page.getByRole('img', { name: 'Share of developers who have called' })).toBeVisible();
  await expect(page.locator(`[data-developer="${waiting}"]`)).toContainText('waiting');
  await expect(page.locator(`[data-developer="${called}"] time[datetime^="PT"]`)).toHaveCount(2);

  await page.getByRole('button', { name: 'Sign out' }).click();
  expect((await page.goto(`${portal.url}/insights`))?.status()).toBe(401);
  await page.goto(portal.adminLink);
  await expect(page.getByRole('heading', { name: 'This link has ended' })).toBeVisible();
});

test('it reads well in both themes, on a phone and on a desk', async ({ page }) => {
  // Four full accessibility checks.
  test.slow();
  await page.goto(portal.adminLink);
  await begin({ call: true });
  await begin({ call: false });
  for (const width of [320, 1280]) {
    for (const theme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate((name) => localStorage.setItem('starlight-theme', name), theme);
      await page.goto(`${portal.url}/insights`);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.getByText('The same as a table').click();
      await expectNoViolations(page);
    }
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('everything is there', async ({ page }) => {
    await begin({ call: true });
    await page.goto(portal.adminLink);
    await expect(page.getByRole('definition').filter({ hasText: '1 of 1' })).toBeVisible();
    await page.getByText('The same as a table').click();
    await expect(page.getByRole('table').first()).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(`${portal.url}/`);
  });
});
