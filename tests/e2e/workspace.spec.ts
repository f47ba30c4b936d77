import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { encodeShare } from '../../src/components/sandbox/share/share-link.ts';
import { expectReadable } from './support/readable.ts';
import { WorkspacePage } from './support/workspace-page.ts';

// The workspace of a portal that was started without any configuration: the embedded engine, nothing of StackBlitz.

test.describe.configure({ timeout: 60_000 });

test('a reader opens the workspace from the docs and gets a real 201 in the terminal', async ({ page }) => {
  const workspace = new WorkspacePage(page);
  await page.goto('/quickstart/');
  await page.getByRole('link', { name: 'Open the workspace' }).first().click();
  await expect(page).toHaveTitle(/Send your first message · Workspace/);
  await expect(workspace.engineLine).toHaveText(
    'Runs in the portal’s own engine. WebContainer is not enabled on this portal.',
    { timeout: 15_000 },
  );
  await workspace.run.click();
  await workspace.reads(/POST \/v1\/messages answered 201 in/);
  await workspace.reads(/201: sent msg_[0-9a-f]{24} to ada@example\.com/);
  await workspace.reads(/Exit code 0/);
  await workspace.is('Done');
});

test('a reader who edited in the docs finds the edit in the workspace', async ({ page }) => {
  const workspace = new WorkspacePage(page);
  await workspace.openWith(`console.log('edited before');\nconst missing = ;\n`);
  const file = page.getByRole('treeitem', { name: /index\.ts/ });
  await expect(file).toHaveAttribute('data-edited', '');
  await workspace.run.click();
  await workspace.reads(/index\.ts:2: SyntaxError/);
  await workspace.is('Failed');
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(file).not.toHaveAttribute('data-edited');
  await workspace.is('Not run yet');
  await workspace.run.click();
  await workspace.reads(/201: sent/);
});

test('a reader who chose curl in the docs finds curl in the workspace, and may turn to another language', async ({
  page,
}) => {
  const workspace = new WorkspacePage(page);
  await page.goto('/quickstart/');
  await page.getByRole('tab', { name: 'curl' }).first().click();
  await page.getByRole('link', { name: 'Open the workspace' }).first().click();
  await expect(page.getByRole('treeitem', { name: 'send.sh' })).toBeVisible();
  await expect(page.getByRole('treeitem', { name: 'index.ts' })).toBeHidden();
  await expect(workspace.engineLine).toHaveText('Runs in the portal’s own engine.', { timeout: 15_000 });
  await workspace.run.click();
  await workspace.reads(/\{"id":"msg_[0-9a-f]{24}"/);
  await workspace.is('Done');
  await page.getByRole('tab', { name: 'TypeScript' }).click();
  await expect(page.getByRole('treeitem', { name: 'index.ts' })).toBeVisible();
  await workspace.run.click();
  await workspace.reads(/201: sent msg_/);
});

test('a reader runs Python and sees how far its download is', async ({ page }) => {
  test.setTimeout(90_000);
  const workspace = new WorkspacePage(page);
  await workspace.open();
  await page.getByRole('tab', { name: 'Python' }).click();
  await expect(workspace.engineLine).toHaveText('Runs in the portal’s own engine.', { timeout: 15_000 });
  await workspace.run.click();
  await expect(page.locator('[data-far]')).toHaveText(/MB of .* MB/);
  await workspace.reads(/201: sent msg_[0-9a-f]{24} to ada@example\.com/, { timeout: 60_000 });
  await workspace.is('Done');
});

test('a reader stops a program that will not end, with the button and with Ctrl+C', async ({ page }) => {
  const workspace = new WorkspacePage(page);
  await workspace.openWith(`console.log('begun');\nfor (;;) {}\n`);
  await workspace.run.click();
  await workspace.reads('begun');
  await workspace.stop.click();
  await workspace.reads(/Stopped after/);
  await workspace.is('Stopped');
  await workspace.run.click();
  await workspace.is('Running…');
  await page.getByRole('textbox', { name: 'Terminal input' }).focus();
  await page.keyboard.press('Control+C');
  await workspace.is('Stopped');
});

test('a reader with a keyboard walks the files, runs, and gets out of the terminal again', async ({
  page,
}) => {
  const workspace = new WorkspacePage(page);
  await workspace.open();
  await page.getByRole('treeitem', { name: 'index.ts' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('treeitem', { name: 'message.ts' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('treeitem', { name: 'message.ts' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('group', { name: 'Code editor' })).toContainText('newMessage');
  await page.keyboard.press('ControlOrMeta+Enter');
  await workspace.reads(/201: sent/);
  const input = page.getByRole('textbox', { name: 'Terminal input' });
  await input.focus();
  await page.keyboard.press('Shift+Tab');
  await expect(input).not.toBeFocused();
  await input.focus();
  await page.keyboard.press('Tab');
  await expect(input).not.toBeFocused();
});

test('a call that fails is explained under the terminal, and the explanation goes when one succeeds', async ({
  page,
}) => {
  const workspace = new WorkspacePage(page);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the reader's code.
  await workspace.openWith('await fetch(`${process.env.RELAY_URL}/v1/messages`);\n');
  await workspace.run.click();
  const rescue = page.locator('fc-rescue');
  await expect(rescue.getByRole('status')).toHaveText('The call carries no Authorization header.');
  await expect(rescue.getByLabel('Corrected line')).toBeInViewport();
  await page.getByRole('button', { name: 'Reset' }).click();
  await workspace.run.click();
  await workspace.reads(/201: sent/);
  await expect(rescue.getByRole('status')).toHaveText('');
});

test.describe('with a clipboard', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('a reader shares what was edited, and whoever opens the link decides before anything runs', async ({
    page,
    browser,
    baseURL,
  }) => {
    const workspace = new WorkspacePage(page);
    await workspace.openWith(`console.log('from a link');\n`);
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toContainText('index.ts');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain('/sandbox/first-call/#code=');

    const context = await browser.newContext({ baseURL: String(baseURL) });
    const colleague = new WorkspacePage(await context.newPage());
    await colleague.page.goto(link);
    const offer = colleague.page.getByRole('region', { name: 'Code from a link' });
    await expect(offer).toContainText('This code came with a link');
    await colleague.is('Not run yet');
    await offer.getByRole('button', { name: 'Use this code' }).click();
    await offer.getByRole('button', { name: 'Put the original back' }).waitFor();
    await colleague.is('Not run yet');
    await colleague.run.click();
    await colleague.reads('from a link');
    await context.close();
  });
});

test('a reader takes the files along as a zip, without a key', async ({ page }) => {
  const workspace = new WorkspacePage(page);
  await workspace.openWith(`console.log('mine');\n`);
  await workspace.run.click();
  await workspace.is('Done');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('first-call.zip');
  const files = unzipSync(readFileSync(await download.path()));
  const text = Object.values(files)
    .map((bytes) => strFromU8(bytes))
    .join('\n');
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['first-call/index.ts', 'first-call/run.sh']));
  expect(text).toContain(`console.log('mine');`);
  expect(text).not.toMatch(/fc_test_\w{36}/);
});

test('the workspace alone is isolated, and a portal without WebContainer lets nothing of StackBlitz in', async ({
  page,
  request,
}) => {
  const headers = async (path: string) => (await request.get(path)).headers();
  for (const path of ['/', '/quickstart/', '/no/such/page/', '/api/health', '/theme.js']) {
    expect((await headers(path))['cross-origin-embedder-policy'], path).toBeUndefined();
  }
  const workspace = await headers('/sandbox/first-call/');
  expect(workspace).toMatchObject({
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-opener-policy': 'same-origin',
  });
  expect(workspace['content-security-policy']).toContain("frame-src 'self';");
  expect(workspace['content-security-policy']).toContain("connect-src 'self';");
  const foreign: string[] = [];
  page.on('request', (made) => {
    if (/^https?:/.test(made.url()) && new URL(made.url()).hostname !== 'localhost') foreign.push(made.url());
  });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const view = new WorkspacePage(page);
  await view.open();
  await view.run.click();
  await view.is('Done');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.goto('/quickstart/');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
});

test('opening the workspace makes nobody known: no cookie and no key before Run', async ({
  page,
  context,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const workspace = new WorkspacePage(page);
  await workspace.open();
  await expect(workspace.engineLine).toContainText('Runs in', { timeout: 15_000 });
  expect(await context.cookies()).toEqual([]);
  expect(asked).not.toContain('/api/credentials');
});

test('the workspace reads well in both themes, on a phone and on a desk, before and after a run', async ({
  page,
}) => {
  const workspace = new WorkspacePage(page);
  await workspace.open();
  await expect(workspace.engineLine).toContainText('Runs in', { timeout: 15_000 });
  await expectReadable(page);
  await workspace.run.click();
  await workspace.reads(/Exit code 0/);
  await expectReadable(page);
});

test('a link and an explanation in it read well in both themes, on a phone and on a desk', async ({
  page,
}) => {
  const files = [{ path: 'index.ts', text: `await fetch(process.env.RELAY_URL + '/v1/me');\n` }];
  const encoded = encodeShare({ sample: 'first-call', language: 'typescript', files });
  await page.goto(`/sandbox/first-call/${encoded.ok ? encoded.fragment : ''}`);
  const use = page.getByRole('button', { name: 'Use this code' });
  await expect(use).toBeVisible();
  await expectReadable(page);
  await use.click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByLabel('Corrected line')).toBeVisible();
  await expectReadable(page);
});
