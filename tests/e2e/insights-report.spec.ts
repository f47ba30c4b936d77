import { expect, test } from '@playwright/test';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { readEverywhere } from './support/read-everywhere.ts';

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
  await readEverywhere(
    page,
    PAGES.map((path) => portal.url + path),
  );
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
