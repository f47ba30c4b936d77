import { expect, type Page, test } from '@playwright/test';
import {
  type DoubleOptions,
  installDouble,
  type WebContainerDouble,
} from './support/contract/webcontainer-double.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { WorkspacePage } from './support/workspace-page.ts';

// The workspace of a portal with a client id. The real client library talks to a stand-in for StackBlitz, whose
// programs are run by this machine's Node: it proves our adapter and the page, not StackBlitz's runtime.

test.describe.configure({ timeout: 60_000 });

let portal: OwnPortal;
test.beforeAll(async () => {
  portal = await startOwnPortal({ WEBCONTAINER_CLIENT_ID: 'wc_api_acme', KEYS_PER_HOUR: '10000' });
});
test.afterAll(() => portal.close());

interface Opened {
  workspace: WorkspacePage;
  double: WebContainerDouble;
}

async function open(page: Page, options: DoubleOptions & { code?: string } = {}): Promise<Opened> {
  const double = await installDouble(page, options);
  const workspace = new WorkspacePage(page);
  if (options.code === undefined) await workspace.open(portal.url);
  else await workspace.openWith(options.code, portal.url);
  return { workspace, double };
}

test('a reader runs the sample in WebContainer and gets a real 201', async ({ page }) => {
  const { workspace, double } = await open(page);
  await expect(workspace.engineLine).toContainText('Runs in WebContainer', { timeout: 15_000 });
  expect(double.asked).toEqual([expect.stringContaining('client_id=wc_api_acme')]);
  await workspace.run.click();
  await workspace.reads(/201: sent msg_[0-9a-f]{24} to ada@example\.com/);
  await workspace.reads(/Exit code 0/);
  await workspace.is('Done');
  expect(double.running()).toBe(0);
});

test('a program gets a key for an hour when it is run, and the key is in no file', async ({ page }) => {
  const issued: Promise<{ secret: string; credential: { expires_at: string } }>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/api/credentials')) issued.push(response.json());
  });
  const { workspace, double } = await open(page);
  await expect(workspace.engineLine).toContainText('Runs in WebContainer', { timeout: 15_000 });
  expect(issued).toEqual([]);
  expect(double.environments).toEqual([]);
  for (let press = 0; press < 2; press += 1) {
    await workspace.run.click();
    await workspace.is('Done');
  }
  expect(issued).toHaveLength(1);
  const { secret, credential } = (await issued[0]) ?? { secret: '', credential: { expires_at: '' } };
  expect(Date.parse(credential.expires_at) - Date.now()).toBeLessThanOrEqual(3_600_000);
  expect(double.environments.map(({ RELAY_API_KEY }) => RELAY_API_KEY)).toEqual([secret, secret]);
  expect(double.written.join('\n')).not.toContain(secret);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain(secret);
});

test('a reader types into a program that asks', async ({ page }) => {
  const code = `import { createInterface } from 'node:readline/promises';
const ask = createInterface({ input: process.stdin, output: process.stdout });
console.log('hello ' + (await ask.question('Who? '))); ask.close();`;
  const { workspace } = await open(page, { code });
  await workspace.run.click();
  await workspace.reads(/Who\?/);
  await page.getByRole('textbox', { name: 'Terminal input' }).focus();
  await page.keyboard.type('Ada\n');
  await workspace.reads(/hello Ada/);
});

test('a reader sees what a program serves, and it goes when the program ends', async ({ page }) => {
  const code = `import { createServer } from 'node:http';
createServer((_, res) => res.setHeader('Content-Type', 'text/html').end('<h1>Served</h1>')).listen(0, '127.0.0.1');`;
  const { workspace, double } = await open(page, { code });
  await workspace.run.click();
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview.frameLocator('iframe').getByRole('heading', { name: 'Served' })).toBeVisible();
  await workspace.stop.click();
  await expect(preview).toBeHidden();
  await expect.poll(() => double.running()).toBe(0);
});

test('a reader whose request is blocked reads what to do about it', async ({ page }) => {
  const { workspace } = await open(page, { networkError: 'blocked' });
  await workspace.run.click();
  await workspace.reads(/did not reach localhost:\d+\./);
  await workspace.reads(/local network access/);
  await workspace.is('Failed');
});

test('a reader waits in words while WebContainer starts, and may press Run meanwhile', async ({ page }) => {
  const { workspace } = await open(page, { bootMs: 4_000 });
  await expect(workspace.engineLine).toHaveText('Starting WebContainer on StackBlitz’s servers…', {
    timeout: 15_000,
  });
  await expect(page.locator('[data-far]')).toHaveText(/^\d s$/);
  await workspace.run.click();
  await workspace.is('Starting…');
  await workspace.reads(/201: sent/);
  await expect(workspace.engineLine).toContainText('Runs in WebContainer', { timeout: 15_000 });
});

test('a reader may give up while WebContainer starts', async ({ page }) => {
  const { workspace } = await open(page, { mode: 'hang' });
  await workspace.run.click();
  await workspace.stop.click();
  await workspace.reads(/Stopped after/);
  await workspace.is('Stopped');
});

for (const [mode, why] of [
  ['build-error', /StackBlitz refused this portal’s client id/],
  ['never-init', /StackBlitz did not answer within 8 s/],
  ['hang', /StackBlitz did not answer within 8 s/],
  ['offline', /StackBlitz did not answer within 8 s/],
] as const) {
  test(`a reader whose WebContainer does not start (${mode}) runs all the same and reads why`, async ({
    page,
  }) => {
    const { workspace } = await open(page, { mode });
    await workspace.run.click();
    await workspace.reads(/201: sent/, { timeout: 15_000 });
    await expect(workspace.engineLine).toHaveText(why, { timeout: 15_000 });
    await expect(workspace.engineLine).toContainText('Runs in the portal’s own engine', { timeout: 15_000 });
    // The deadline was paid once.
    const before = Date.now();
    await workspace.run.click();
    await workspace.is('Done');
    expect(Date.now() - before).toBeLessThan(2_500);
  });
}

test('a reader in a browser that cannot, or without a network, is not kept waiting', async ({ page }) => {
  const { workspace } = await (async () => {
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedArrayBuffer'));
    return open(page, { mode: 'hang' });
  })();
  await expect(workspace.engineLine).toContainText('did not isolate the page', { timeout: 15_000 });
  await page.addInitScript(() => Object.defineProperty(navigator, 'onLine', { value: false }));
  await page.reload();
  await expect(workspace.engineLine).toContainText('This browser is offline', { timeout: 15_000 });
  await workspace.run.click();
  await workspace.reads(/201: sent/);
});

test('a reader who leaves the docs alone never meets StackBlitz', async ({ page, request }) => {
  const double = await installDouble(page);
  await page.goto(`${portal.url}/quickstart/`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('[data-run-state]')).toHaveText('Done');
  expect(double.asked).toEqual([]);
  const policy = async (path: string) =>
    (await request.get(portal.url + path)).headers()['content-security-policy'];
  expect(await policy('/quickstart/')).not.toContain('stackblitz');
  expect(await policy('/sandbox/first-call/')).toContain(
    "frame-src 'self' https://stackblitz.com https://*.webcontainer-api.io;",
  );
});
