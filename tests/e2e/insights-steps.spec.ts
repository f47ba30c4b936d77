import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectNumbers, expectReadable, violations } from './support/readable.ts';

let portal: OwnPortal;

test.beforeEach(async () => {
  portal = await startOwnPortal();
});

test.afterEach(async () => {
  await portal.close();
});

const HOSTILE = '<img src=x onerror=alert(1)>';

/** A developer who takes a key and calls with it, to be answered so; without a browser. */
async function begin(to?: string): Promise<string> {
  const issued = await fetch(`${portal.url}/api/credentials`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"origin": "own_machine", "page_age_ms": 30000}',
  });
  const { secret, developer_id } = await issued.json();
  if (to !== undefined) {
    await fetch(`${portal.url}/v1/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
      body: JSON.stringify({ to, body: 'Hello' }),
    });
  }
  return developer_id;
}

/** As if a developer had done and been answered what they should not, three days ago. */
function rewrite(developer: string, text: string) {
  const file = new DatabaseSync(join(portal.data, 'firstcall.db'), { timeout: 5_000 });
  const past = Date.now() - 72 * 3_600_000;
  file
    .prepare(
      `update journey set goal = ?, error_code = ?, last_event = ?, progressed_at = ?, active_at = ?,
        revision = (select max(revision) + 1 from journey) where developer_id = ?`,
    )
    .run(text, text, text, past, past, developer);
  file.close();
}

const PAGES = ['/insights/funnel', '/insights/cohorts', '/insights/developers'];

test('a stranger sees neither the pages nor the files', async ({ page, request }) => {
  for (const path of PAGES) {
    expect((await page.goto(portal.url + path))?.status()).toBe(401);
    expect((await request.get(`${portal.url}${path}.csv`)).status()).toBe(401);
    await expect(page.getByRole('table')).toHaveCount(0);
  }
});

test('the PM finds where a developer stopped, and follows the number to them', async ({ page }) => {
  await page.goto(portal.adminLink);
  for (const path of PAGES) {
    await page.goto(portal.url + path);
    await expect(page.getByRole('main')).toContainText('No developer has begun yet');
    expect(await violations(page)).toEqual([]);
    await expectNumbers(page);
  }
  await begin('ada@example.com');
  const waiting = await begin();
  await expect(async () => {
    await page.goto(`${portal.url}/insights/funnel`);
    await expect(page.locator('[data-transition="run"] td').nth(4)).toHaveText('1', { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await expect(page.getByRole('img', { name: 'Developers who got at least so far' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Visits that led to nothing are not counted');
  await expect(page.locator('[data-transition="run"] td').nth(8)).toHaveText('1');
  await page.locator('[data-transition="run"] td').nth(4).getByRole('link').click();
  await expect(page).toHaveURL(`${portal.url}/insights/developers?stage=credential`);
  await expect(page.locator('[data-developer]')).toHaveCount(1);
  await page.locator(`[data-developer="${waiting}"]`).getByRole('link').click();
  await expect(page.locator('[data-step="credential"]')).toHaveAttribute('data-state', 'reached');
  await expect(page.locator('[data-step="run"]')).toContainText('idle');
});

test('the PM searches for a developer by what a page shows of the id', async ({ page }) => {
  const found = await begin('ada@example.com');
  const other = await begin();
  await page.goto(portal.adminLink);
  await expect(async () => {
    await page.goto(`${portal.url}/insights/developers`);
    await expect(page.locator('[data-developer]')).toHaveCount(2, { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await page.getByLabel('Id: beginning').fill(`…${found.slice(-8)}`);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.locator(`[data-developer="${found}"]`)).toBeVisible();
  await expect(page.locator(`[data-developer="${other}"]`)).toHaveCount(0);
  await page.getByLabel('Idle for').selectOption('48');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByRole('main')).toContainText('No developer is like that');
  await page.getByRole('link', { name: 'Show everybody' }).click();
  await expect(page.locator('[data-developer]')).toHaveCount(2);
});

test('somebody who writes markup into the address reads it as text, and is told what is not understood', async ({
  page,
}) => {
  await begin('ada@example.com');
  const hostile = await begin();
  await page.goto(portal.adminLink);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    return dialog.dismiss();
  });
  const bad = encodeURIComponent(HOSTILE);
  for (const address of [
    `/insights/developers?search=${bad}&stage=${bad}&goal=${bad}&kind=${bad}`,
    `/insights/cohorts?step=${bad}&goal=${bad}`,
    `/insights/funnel?goal=${bad}&from=${bad}`,
  ]) {
    await page.goto(portal.url + address);
    await expect(page.locator('.notice.failed').first()).toContainText(HOSTILE);
    await expect(page.locator('main img')).toHaveCount(0);
  }
  await expect(async () => {
    await page.goto(`${portal.url}/insights/developers`);
    await expect(page.locator('[data-developer]')).toHaveCount(2, { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  rewrite(hostile, HOSTILE);
  for (const path of ['/insights/funnel', '/insights/developers?idle=48']) {
    await page.goto(portal.url + path);
    await expect(page.getByRole('table').getByText(HOSTILE).first()).toBeVisible();
    await expect(page.locator('select[name="goal"]')).toContainText(HOSTILE);
    await expect(page.locator('main img')).toHaveCount(0);
  }
  expect(dialogs).toEqual([]);
});

test('the week of a cohort that has just begun is not to be compared yet, and says so', async ({ page }) => {
  for (let n = 0; n < 5; n += 1) await begin(n < 2 ? 'ada@example.com' : undefined);
  await page.goto(portal.adminLink);
  await expect(async () => {
    await page.goto(`${portal.url}/insights/cohorts`);
    await expect(page.getByRole('row').nth(1).getByRole('cell').nth(1)).toHaveText('2 of 5 so far', {
      timeout: 500,
    });
  }).toPass({ timeout: 10_000 });
  await page.getByLabel('Milestone').selectOption('live');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/step=live/);
  await expect(page.getByRole('row').nth(1).getByRole('cell').nth(1)).toHaveText('0 of 5 so far');
});

test('the PM takes the figures along as files that no spreadsheet runs', async ({ page }) => {
  const developer = await begin('ada@example.com');
  await page.goto(portal.adminLink);
  await expect(async () => {
    await page.goto(`${portal.url}/insights/developers`);
    await expect(page.locator('[data-developer]')).toHaveCount(1, { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  for (const path of ['/insights', ...PAGES]) {
    await page.goto(portal.url + path);
    const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    const file = await page.request.get(portal.url + href);
    expect(file.headers()['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.headers()['content-disposition']).toContain('attachment');
    const text = await file.text();
    expect(text.split('\r\n').length).toBeGreaterThan(2);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    if (path.endsWith('developers')) expect(text).toContain(developer);
  }
});

test('the pages read well in both themes, on a phone and on a desk', async ({ page }) => {
  await page.goto(portal.adminLink);
  for (let n = 0; n < 6; n += 1) await begin(n < 3 ? 'ada@example.com' : undefined);
  for (const path of PAGES) {
    await expect(async () => {
      await page.goto(portal.url + path);
      await expect(page.getByRole('table').first()).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 10_000 });
    await expectReadable(page);
    await expectNumbers(page);
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('everything is there', async ({ page }) => {
    await begin('ada@example.com');
    await page.goto(portal.adminLink);
    for (const path of PAGES) {
      await expect(async () => {
        await page.goto(portal.url + path);
        await expect(page.getByRole('table').first()).toBeVisible({ timeout: 500 });
      }).toPass({ timeout: 10_000 });
    }
  });
});
