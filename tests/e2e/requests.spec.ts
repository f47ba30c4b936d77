import { randomUUIDv7 } from 'node:crypto';
import { type BrowserContext, expect, test } from '@playwright/test';
import { parseConfig } from '../../src/config.ts';
import { createStaff } from '../../src/features/developers/developer-store.ts';
import { createUsageStore } from '../../src/features/usage/store-usage.ts';
import type { PendingCall } from '../../src/features/usage/usage-event.ts';
import { createLog } from '../../src/log.ts';
import { openPortal, type Portal } from '../../src/portal.ts';
import { insertCredential, pendingCall } from '../support/calls.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectReadable } from './support/readable.ts';
import { useCookies } from './support/use-cookies.ts';

const DAY = 86_400_000;

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

/** A developer with a key in the browser's cookies and in our hands. */
async function begin(context: BrowserContext) {
  const answer = await fetch(`${running.url}/api/credentials`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"origin":"own_machine"}',
  });
  await useCookies(context, running.url, answer.headers.getSetCookie());
  const { secret, developer_id, credential } = await answer.json();
  return { secret, developer: developer_id as string, credential: credential.id as string };
}

async function send(secret: string, to: string): Promise<number> {
  const answer = await fetch(`${running.url}/v1/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
    body: JSON.stringify({ to, body: 'Hello' }),
  });
  await answer.body?.cancel();
  return answer.status;
}

async function liveCalls(developer: string, calls: Partial<PendingCall>[]): Promise<void> {
  await insertCredential(hand.ctx, developer, { environment: 'live' });
  const { id } = await hand.ctx.db
    .selectFrom('credential')
    .select('id')
    .where('developer_id', '=', developer)
    .where('environment', '=', 'live')
    .executeTakeFirstOrThrow();
  const store = createUsageStore(hand.ctx, hand.definition);
  await store(calls.map((call) => pendingCall({ id: randomUUIDv7(), credentialId: id, ...call })));
}

test('somebody without a key is told what would be here, and how to get one', async ({ page }) => {
  await page.goto(`${running.url}/requests`);
  await expect(page.getByRole('main')).toContainText('No key yet, so there is nothing to see');
  await expect(page.getByRole('link', { name: 'Open the quickstart' })).toBeVisible();
});

test('a developer watches their calls arrive, and is told what is wrong with the one that failed', async ({
  page,
}) => {
  const { secret } = await begin(page.context());
  await page.goto(`${running.url}/requests`);
  await expect(page.getByText('No call in this period')).toBeVisible();
  expect(await send(secret, 'ada@example.com')).toBe(201);
  const rows = page.getByRole('table', { name: 'Your requests' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('POST /v1/messages');
  await expect(rows.nth(1)).toContainText('201');

  expect(await send(secret, 'nobody')).toBe(422);
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('The recipient cannot be reached');
  await expect(rows.nth(1).getByRole('link', { name: 'recipient_invalid' })).toHaveAttribute(
    'href',
    '/guides/errors/#recipient_invalid',
  );
  await expect(page.getByRole('status')).toHaveText('1 new request.');
});

test('a developer pauses the log, narrows it by keyboard, and copies a request id', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: running.url });
  const { secret } = await begin(context);
  await send(secret, 'ada@example.com');
  await send(secret, 'nobody');
  await page.goto(`${running.url}/requests`);
  const rows = page.getByRole('table', { name: 'Your requests' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await page.getByRole('button', { name: 'Live' }).press('Enter');
  await expect(page.getByRole('status')).toHaveText('Paused.');
  await send(secret, 'ada@example.com');
  await expect(rows).toHaveCount(3);

  await page.getByRole('searchbox').fill('recipient_inv');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL(/search=recipient_inv/);
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: /Copy request id/ }).press('Enter');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^[0-9a-f-]{36}$/);
  await page.getByRole('searchbox').fill(copied);
  await page.getByRole('searchbox').press('Enter');
  await expect(rows).toHaveCount(2);
  await page.getByLabel('Outcome').selectOption('ok');
  await expect(page.getByText('No call of this kind in this period')).toBeVisible();
});

test('a developer reads which conditions of going live are met, and which is missing', async ({ page }) => {
  const { developer } = await begin(page.context());
  await page.goto(`${running.url}/requests`);
  const live = page.getByRole('region', { name: 'Integration live' });
  await expect(live).toContainText('not live yet');
  await expect(live.getByRole('listitem')).toHaveText([
    /Missing: 0 of 20/,
    /Missing: 0 of 3/,
    /Missing: No calls/,
  ]);
  const times = [2, 1].flatMap((day) => Array.from({ length: 10 }, (_, n) => Date.now() - day * DAY + n));
  await liveCalls(
    developer,
    times.map((receivedAt) => ({ receivedAt })),
  );
  await page.reload();
  await expect(live.getByRole('listitem')).toHaveText([
    /Met: 20 successful/,
    /Missing: 2 of 3 .* 1 to go/,
    /Met: 0.% of the calls failed/,
  ]);
});

test('a PM opens a developer, reads the same, leaves them out, and counts them again', async ({ page }) => {
  const { developer } = await begin(page.context());
  const days = [3, 2, 1].flatMap((day) => Array.from({ length: 8 }, (_, n) => Date.now() - day * DAY + n));
  await liveCalls(
    developer,
    days.map((receivedAt) => ({ receivedAt })),
  );
  const pm = await createStaff(hand.ctx.db, 'pm', Date.now());
  await useCookies(page.context(), running.url, await hand.staff.begin(pm, { signedIn: true }));
  await page.goto(`${running.url}/insights/developers/${developer}`);
  await expect(page.getByRole('region', { name: 'Integration live' })).toContainText('is live since');
  await expect(page.getByRole('group', { name: 'Milestones' })).toContainText('Integration live');
  await page.getByText('The days as a table').click();
  await expect(page.getByRole('group', { name: 'Calls by day' }).getByRole('row')).toHaveCount(4);

  const counted = async () =>
    Number(
      (await hand.ctx.db.selectFrom('developer').selectAll().where('excluded', 'is', null).execute()).length,
    );
  const before = await counted();
  await page.getByLabel('Reason').selectOption('public_demo');
  await page.getByRole('button', { name: 'Leave out' }).click();
  await expect(page.getByText('In no figure: public demo, by hand')).toBeVisible();
  expect(await counted()).toBe(before - 1);
  await page.getByRole('button', { name: 'Count again' }).click();
  await expect(page.getByText('In every figure.')).toBeVisible();
  expect(await counted()).toBe(before);

  await page.goto(`${running.url}/insights/developers/dev_nobody`);
  await expect(page.getByRole('heading', { name: 'There is no such developer' })).toBeVisible();
});

test('the log and a developer’s page read well in both themes, on a phone and on a desk', async ({
  page,
}) => {
  const { secret, developer } = await begin(page.context());
  await send(secret, 'ada@example.com');
  await send(secret, 'nobody');
  const pm = await createStaff(hand.ctx.db, 'pm', Date.now());
  await useCookies(page.context(), running.url, await hand.staff.begin(pm, { signedIn: true }));
  for (const path of ['/requests', `/insights/developers/${developer}`]) {
    await page.goto(running.url + path);
    await expect(page.getByRole('table').first()).toBeVisible();
    await expectReadable(page);
  }
});
