import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { completeAt, lastComplete } from '../../src/features/insights/quarter.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectNumbers, expectReadable } from './support/readable.ts';

let portal: OwnPortal;

test.beforeEach(async () => {
  portal = await startOwnPortal();
});

test.afterEach(async () => {
  await portal.close();
});

const PAGES = ['/insights/milestone-lab', '/insights/languages', '/insights/report'];

async function beginDeveloper(): Promise<string> {
  const issued = await fetch(`${portal.url}/api/credentials`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"origin": "own_machine"}',
  });
  return (await issued.json()).developer_id;
}

const QUARTER = lastComplete(Date.now());

/** As if somebody had begun in the last complete quarter, and that had been audited with this result. */
function auditWith(developer: string, findings: unknown): void {
  const file = new DatabaseSync(join(portal.data, 'firstcall.db'), { timeout: 5_000 });
  file.prepare('update developer set t0 = ? where id = ?').run(QUARTER.start, developer);
  file
    .prepare('insert or replace into audit_snapshot (quarter, taken_at, findings) values (?, ?, ?)')
    .run(QUARTER.id, completeAt(QUARTER), JSON.stringify(findings));
  file.close();
}

const STEPS = ['visited', 'goal', 'credential', 'run', 'first_call', 'own_machine', 'claimed', 'live'];

/** Two began, and one of them called. */
const FINDINGS = {
  version: 1,
  definition: 1,
  developers: 2,
  calledWithin7d: { k: 1, n: 2 },
  calledWithin24h: { k: 1, n: 2 },
  liveWithin21d: { k: 0, n: 2 },
  transitions: STEPS.slice(1).map((to, at) => ({
    from: STEPS[at],
    to,
    count: { k: 1, n: 2 },
    dwell: { n: 0, median: null, p90: null },
  })),
};

test('the PM reads the lab, the languages and the report in both themes, on a phone and on a desk', async ({
  page,
}) => {
  await beginDeveloper();
  await page.goto(portal.adminLink);
  for (const path of PAGES) {
    await page.goto(portal.url + path);
    await expectReadable(page);
    await expectNumbers(page);
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

test('the PM reads what a quarter was when it was audited, and what it is today', async ({ page }) => {
  const developer = await beginDeveloper();
  auditWith(developer, FINDINGS);
  await page.goto(portal.adminLink);
  const report = `${portal.url}/insights/report?quarter=${QUARTER.id}`;
  await page.goto(report);
  await expect(page.getByText('Then it had 2 developers, today 1.')).toBeVisible();
  const row = page.getByRole('row', { name: 'First call within 24 h' });
  await expect(row.getByRole('cell')).toHaveText(['50 % (1 of 2)', '0 % (0 of 1), −50.0 points']);
  await expectReadable(page);
  await expectNumbers(page);
  await page.goto(`${portal.url}/insights/funnel`);
  await expect(page.getByRole('region', { name: /^Q. .* beside Q/ })).toBeVisible();
  await expectReadable(page);
  await expectNumbers(page);

  const file = await page.request.get(`${portal.url}/insights/audits.csv`);
  expect((await file.text()).split('\r\n')[1]).toBe(
    `${QUARTER.id},${new Date(completeAt(QUARTER)).toISOString()},1,called_within_24h,2,1,,,`,
  );
});

test('an audit that this version cannot read breaks no page and no file', async ({ page }) => {
  auditWith(await beginDeveloper(), { version: 99 });
  await page.goto(portal.adminLink);
  await page.goto(`${portal.url}/insights/report?quarter=${QUARTER.id}`);
  await expect(page.getByText('what was found cannot be read by this version')).toBeVisible();
  expect((await page.request.get(`${portal.url}/insights/funnel`)).status()).toBe(200);
  expect((await page.request.get(`${portal.url}/insights/report.md`)).status()).toBe(200);
  const file = await page.request.get(`${portal.url}/insights/audits.csv`);
  expect(await file.text()).toContain('cannot be read');
});
