import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';

const step = (page: Page, id: string) =>
  page.getByRole('list', { name: 'Your path' }).locator(`[data-step="${id}"]`);

test('a stranger lands on the quickstart, clicks once, fills in nothing, and sees their own 200', async ({
  page,
  context,
}) => {
  const pages: string[] = [];
  page.on('framenavigated', (frame) => frame === page.mainFrame() && pages.push(frame.url()));
  await page.goto('/quickstart/');
  expect(await context.cookies()).toEqual([]);
  await expect(step(page, 'first_call')).toHaveAttribute('data-state', 'todo');

  // One click. Whatever else a first call should ever need — a field, a dialog, a second button — fails this test.
  await page.getByRole('button', { name: 'Run', exact: true }).click();

  const output = page.getByRole('log', { name: 'Output' });
  await expect(output).toContainText('201');
  await expect(step(page, 'first_call')).toHaveAttribute('data-state', 'done');
  await expect(page.getByText(/Your first call answered in [\d.]+ m?s/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Inbox' })).toContainText('ada@example.com');
  expect(pages).toHaveLength(1);
});

test('a stranger can do the same on the home page', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(/recorded/i).first()).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('log', { name: 'Output' })).toContainText('201');
  await expect(step(page, 'first_call')).toHaveAttribute('data-state', 'done');
});

test('a developer runs the copied command in a terminal and sees it arrive on the open page', async ({
  page,
}) => {
  await page.goto('/quickstart/');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(step(page, 'first_call')).toHaveAttribute('data-state', 'done');
  await expect(step(page, 'own_machine')).toHaveAttribute('data-state', 'todo');

  await page.getByRole('button', { name: 'Use it on my machine' }).click();
  const starter = page.getByLabel('curl starter');
  await expect(starter).toContainText('/start/');
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-terminal-'));
  const printed = execFileSync('bash', ['-c', (await starter.textContent()) ?? ''], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  rmSync(folder, { recursive: true });
  expect(printed).toContain('msg_');
  await expect(step(page, 'own_machine')).toHaveAttribute('data-state', 'done', { timeout: 2_000 });
});

test('a developer who comes back finds their path where it was, with the key nowhere in the page', async ({
  page,
}) => {
  let secret = '';
  page.on('response', async (response) => {
    if (response.url().endsWith('/api/credentials')) secret = (await response.json()).secret;
  });
  await page.goto('/quickstart/');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(step(page, 'first_call')).toHaveAttribute('data-state', 'done');
  expect(secret).toMatch(/^fc_test_/);
  const everywhere = await page.evaluate(
    () => document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }),
  );
  expect(everywhere).not.toContain(secret);

  await page.reload();
  await expect(step(page, 'first_call')).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('log', { name: 'Output' })).toContainText('201');
});

test('after the first call a developer is asked one question, may skip it, and is told what comes next', async ({
  page,
}) => {
  await page.goto('/quickstart/');
  await expect(page.getByText('What are you building?')).toBeHidden();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('What are you building?')).toBeVisible();
  await page.getByRole('button', { name: /skip/i }).click();
  await expect(page.getByText('What are you building?')).toBeHidden();
  await expect(page.getByRole('link', { name: 'Call it from your own machine' }).first()).toBeVisible();
  await page.reload();
  await expect(step(page, 'first_call')).toHaveAttribute('data-state', 'done');
  await expect(page.getByText('What are you building?')).toBeHidden();
});
