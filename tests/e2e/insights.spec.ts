import { expect, type Page, test } from '@playwright/test';
import { parseConfig } from '../../src/config.ts';
import { createStaff } from '../../src/features/developers/developer-store.ts';
import { createLog } from '../../src/log.ts';
import { openPortal, type Portal } from '../../src/portal.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectNumbers, expectReadable } from './support/readable.ts';
import { useCookies } from './support/use-cookies.ts';

const DAY = 86_400_000;

let portal: OwnPortal;

test.beforeEach(async () => {
  portal = await startOwnPortal();
});

test.afterEach(async () => {
  await portal.close();
});

/** A developer who takes a key and, if asked to, calls with it; without a browser. */
async function begin({ call }: { call: boolean }): Promise<void> {
  const issued = await fetch(`${portal.url}/api/credentials`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"origin": "own_machine"}',
  });
  const { secret } = await issued.json();
  if (!call) return;
  const sent = await fetch(`${portal.url}/v1/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
    body: '{"to": "ada@example.com", "body": "Hello"}',
  });
  expect(sent.status).toBe(201);
}

/** A second hand in the portal's database. */
async function withHand<Result>(act: (hand: Portal) => Promise<Result>): Promise<Result> {
  const config = parseConfig({ DATA_DIR: portal.data, PUBLIC_URL: portal.url, LOG_LEVEL: 'silent' });
  const hand = await openPortal({ config, log: createLog('silent') });
  try {
    return await act(hand);
  } finally {
    await hand.close();
  }
}

/** Developers of the last weeks: every second of the first channel calls within hours, every fourth of the other. */
async function fill({ ctx: { db } }: Portal): Promise<void> {
  const now = Date.now();
  const call = { method: 'POST', route: '/v1/messages', status: 201, duration_ms: 12 };
  for (let i = 0; i < 120; i += 1) {
    const id = `dev_${String(i).padStart(12, '0')}`;
    const t0 = now - (1 + (i % 60)) * DAY;
    const channel = i % 3 === 0 ? 'github' : i === 1 ? 'event' : 'docs_search';
    const who = { id, role: 'developer' as const, channel, excluded: null };
    await db
      .insertInto('developer')
      .values({ ...who, created_at: t0, t0, first_visit_at: null, goal: null, goal_answered_at: null })
      .execute();
    if (i % (channel === 'github' ? 4 : 2) !== 0) continue;
    const reached_at = t0 + (i + 1) * 60_000;
    await db
      .insertInto('milestone')
      .values({
        developer_id: id,
        name: 'first_api_call',
        event_id: `evt_${i}`,
        reached_at,
        occurred_at: reached_at,
        ...call,
      })
      .execute();
  }
}

async function signInAsPm(page: Page): Promise<void> {
  const cookies = await withHand(async (hand) => {
    const pm = await createStaff(hand.ctx.db, 'pm', Date.now());
    return hand.staff.begin(pm, { signedIn: true });
  });
  await useCookies(page.context(), portal.url, cookies);
}

/** Each definition that a page points to is there. */
async function expectDefinitions(page: Page): Promise<void> {
  const links = await page
    .locator('main a[href^="/reference/definitions/#"]')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')?.split('#')[1] ?? ''));
  const definitions = await (await page.request.get(`${portal.url}/reference/definitions/`)).text();
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((id) => !definitions.includes(`id="${id}"`))).toEqual([]);
}

test('a stranger is told how to get in, and learns nothing else', async ({ page }) => {
  const answer = await page.goto(`${portal.url}/insights`);
  expect(answer?.status()).toBe(401);
  await expect(page.getByRole('main')).toContainText('one-time link that the portal printed when it started');
  await expect(page.getByRole('table')).toHaveCount(0);
  expect((await fetch(`${portal.url}/insights/time-to-first-call`)).status).toBe(401);
  expect((await fetch(`${portal.url}/insights/time-to-first-call.csv`)).status).toBe(401);
});

test('the PM sees who has called and who is waiting, and signs out', async ({ page }) => {
  await page.goto(portal.adminLink);
  await expect(page).toHaveURL(`${portal.url}/insights`);
  await expect(page.getByRole('main')).toContainText('No developer has begun yet');
  await expect(page.getByRole('link', { name: 'Open the quickstart' })).toBeVisible();

  await begin({ call: true });
  await begin({ call: false });
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('definition').filter({ hasText: '1 of 2' })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 5_000 });

  await page
    .getByRole('definition')
    .filter({ hasText: '1 of 2' })
    .getByRole('link', { name: '1', exact: true })
    .click();
  await expect(page.getByRole('main')).toContainText('Only who called.');
  await expect(page.locator('[data-developer]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/did=first_call/);
  await expect(page.locator('[data-developer]')).toHaveCount(1);
  await page.getByRole('link', { name: 'Show the others as well' }).click();
  await expect(page.locator('[data-developer]')).toHaveCount(2);
  await page.goto(`${portal.url}/insights`);

  await expect(page.getByRole('region', { name: 'Activation rate' })).toContainText(
    'Nobody has been here for 7 days',
  );
  await expect(page.getByRole('region', { name: 'Time to value' })).toContainText('not known yet');
  await expectNumbers(page);

  await page.getByRole('link', { name: 'Time to first call' }).click();
  await expect(page.getByRole('img', { name: 'Share of developers who have called' })).toBeVisible();
  await expect(page.getByRole('figure')).toContainText('have called within');
  await expectNumbers(page);

  await page.getByRole('button', { name: 'Sign out' }).click();
  expect((await page.goto(`${portal.url}/insights`))?.status()).toBe(401);
  await page.goto(portal.adminLink);
  await expect(page.getByRole('heading', { name: 'This link has ended' })).toBeVisible();
});

test('the PM reads both questions against their targets, compares channels, and takes the curves along', async ({
  page,
}) => {
  await withHand(fill);
  await signInAsPm(page);
  await page.goto(`${portal.url}/insights`);
  await expect(page.getByRole('region', { name: 'Activation rate' })).toContainText(
    'who have been here for 7 days',
  );
  const value = page.getByRole('region', { name: 'Time to value' });
  await expect(value).toContainText('Target 50 % within 24 h');
  await expect(value).toContainText('not reached');
  await expectNumbers(page);
  await expectDefinitions(page);

  await page.getByRole('link', { name: 'The whole curve, and segments compared' }).click();
  await page.getByLabel('Compare by').selectOption('channel');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/by=channel/);
  const comparison = page.getByRole('region', { name: 'Does it differ by channel?' });
  await expect(comparison).toContainText('Log-rank test of 2 segments');
  await expect(comparison).toContainText('This is an association');
  await expect(page.getByRole('figure')).toContainText('1 segment with fewer than 5 developers is not shown');
  await expectNumbers(page);
  await expectDefinitions(page);

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('time-to-first-call.csv');
  const text = await (await page.request.get(file.url())).text();
  expect(text.split('\r\n')[0]).toBe('segment,time_s,at_risk,events,share,lower,upper');
  expect(text).toMatch(/^docs_search,180,79,1,/m);
  expect(text).not.toMatch(/^event,|NaN|Infinity/m);
});

test('it reads well in both themes, on a phone and on a desk', async ({ page }) => {
  await withHand(fill);
  await signInAsPm(page);
  const pages = [
    { path: '/insights', table: 'The weeks as a table' },
    { path: '/insights/time-to-first-call?by=channel', table: 'The same as a table' },
  ];
  for (const { path, table } of pages) {
    await page.goto(portal.url + path);
    await page.getByText(table).click();
    await expectReadable(page);
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('everything is there', async ({ page }) => {
    await begin({ call: true });
    await page.goto(portal.adminLink);
    await expect(page.getByRole('definition').filter({ hasText: '1 of 1' })).toBeVisible();
    await page.getByText('The weeks as a table').click();
    await expect(page.getByRole('table').first()).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(`${portal.url}/`);
  });
});
