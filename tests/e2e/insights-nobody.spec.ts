import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, type Page, test } from '@playwright/test';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectNumbers, violations } from './support/readable.ts';

let portal: OwnPortal;

test.beforeEach(async () => {
  portal = await startOwnPortal();
});

test.afterEach(async () => {
  await portal.close();
});

/** Those that speak of whom the filters choose, and what there is besides. */
const CHOSEN = [
  '/insights',
  '/insights/funnel',
  '/insights/time-to-first-call?by=channel',
  '/insights/cohorts',
  '/insights/developers',
  '/insights/languages',
];
const OTHERS = ['/insights/milestone-lab', '/insights/report'];
const FILES = [
  'overview.csv',
  'funnel.csv',
  'audits.csv',
  'time-to-first-call.csv',
  'cohorts.csv',
  'developers.csv',
  'languages.csv',
  'milestone-lab.csv',
  'report.md',
];

async function begin(): Promise<void> {
  const issued = await fetch(`${portal.url}/api/credentials`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"origin": "own_machine"}',
  });
  expect(issued.status).toBe(201);
}

function change(sql: string, ...values: (string | number)[]): void {
  const file = new DatabaseSync(join(portal.data, 'firstcall.db'), { timeout: 5_000 });
  file.prepare(sql).run(...values);
  file.close();
}

/** Every page and file is there, can be read, and says no number that is none; those of the chosen say `told`. */
async function expectSense(page: Page, told: RegExp): Promise<void> {
  for (const address of [...CHOSEN, ...OTHERS]) {
    expect((await page.goto(portal.url + address))?.status()).toBe(200);
    if (CHOSEN.includes(address)) await expect(page.getByRole('main')).toContainText(told);
    expect(await violations(page)).toEqual([]);
    await expectNumbers(page);
  }
  for (const file of FILES) {
    const answer = await page.request.get(`${portal.url}/insights/${file}`);
    expect(answer.status()).toBe(200);
    expect(await answer.text()).not.toMatch(/NaN|Infinity|undefined/);
  }
}

test('the PM of a portal that nobody has used reads what to do', async ({ page }) => {
  await page.goto(portal.adminLink);
  await expectSense(page, /No developer has begun yet/);
});

test('the PM of one developer reads figures of one, and what is not known yet', async ({ page }) => {
  await begin();
  await page.goto(portal.adminLink);
  await expectSense(page, /n\s=\s1,/);
  await page.goto(`${portal.url}/insights`);
  await expect(page.getByRole('main')).toContainText('Nobody has been here for 7 days.');
});

test('the PM whose developers are all left out reads that, and who they are', async ({ page }) => {
  await begin();
  change(`update developer set excluded = 'banned', excluded_by = 'rule' where t0 is not null`);
  await page.goto(portal.adminLink);
  await expectSense(page, /1 would be, and is excluded/);
  await page.goto(`${portal.url}/insights/funnel`);
  await page.getByRole('link', { name: '1', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('Only who is in no figure.');
  await expect(page.locator('[data-developer]')).toHaveCount(1);
  await expect(page.getByRole('table')).toContainText('banned');
});

test('who began in the future, by a clock that is wrong, is in no figure yet', async ({ page }) => {
  await begin();
  change('update developer set t0 = ? where t0 is not null', Date.now() + 30 * 86_400_000);
  await page.goto(portal.adminLink);
  await expectSense(page, /Nobody who counts is like that/);
});

test('a question that matches nobody is answered so, with a way back', async ({ page }) => {
  await begin();
  await page.goto(portal.adminLink);
  for (const address of CHOSEN) {
    const asked = new URL(portal.url + address);
    asked.searchParams.set('channel', 'nowhere');
    asked.searchParams.set('from', '2031-01-01');
    await page.goto(asked.href);
    await expect(page.getByRole('main')).toContainText('Nobody who counts is like that.');
    await page.getByRole('link', { name: 'Show everybody' }).click();
    await expect(page.getByRole('main')).toContainText(/n\s=\s1,/);
  }
});
