import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';

let portal: OwnPortal;

test.beforeEach(async () => {
  portal = await startOwnPortal();
});

test.afterEach(async () => {
  await portal.close();
});

const PAGES = ['/insights/milestone-lab', '/insights/languages', '/insights/report'];

async function beginDeveloper(): Promise<void> {
  await fetch(`${portal.url}/api/credentials`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"origin": "own_machine"}',
  });
}

test('the PM reads the lab, the languages and the report in both themes, on a phone and on a desk', async ({
  page,
}) => {
  test.slow();
  await beginDeveloper();
  await page.goto(portal.adminLink);
  for (const width of [320, 1280]) {
    for (const theme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate((name) => localStorage.setItem('starlight-theme', name), theme);
      for (const path of PAGES) {
        await page.goto(portal.url + path);
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.target.join(', ')}`);
        expect(found).toEqual([]);
        await expect(page.getByRole('main')).not.toContainText(/NaN|Infinity|undefined/);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    }
  }
});

test('the PM follows an action until it is known whether it matters, and then no longer', async ({
  page,
}) => {
  await beginDeveloper();
  await page.goto(portal.adminLink);
  await page.goto(`${portal.url}/insights/milestone-lab`);
  await page.getByLabel('Why it should matter').fill('Who tries it twice comes back.');
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await expect(page.getByText('Who tries it twice comes back.')).toBeVisible();
  await page.getByRole('button', { name: 'Follow no longer' }).click();
  await expect(page.getByText('Nothing is followed.')).toBeVisible();
});

test('the PM takes the report along as Markdown', async ({ page }) => {
  await beginDeveloper();
  await page.goto(portal.adminLink);
  await page.goto(`${portal.url}/insights/report`);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'As Markdown' }).click();
  expect((await download).suggestedFilename()).toMatch(/^report-q\d-\d{4}\.md$/);
});
