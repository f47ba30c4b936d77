import { expect, type Page, test } from '@playwright/test';
import { expectReadable, violations } from './support/readable.ts';

/** One page of each kind: home, sandbox and path, prose with tables, long reference, wrong address. */
const TEMPLATES = ['/', '/quickstart/', '/operators/configure/', '/guides/errors/', '/no/such/page/'];

for (const path of TEMPLATES) {
  test(`${path} reads well in both themes, on a phone and on a desk`, async ({ page }) => {
    await page.goto(path);
    await expectReadable(page);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the languages, edits and links of a sandbox pass axe in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.addInitScript(() => {
      if (window !== top) return;
      localStorage.setItem('firstcall:code:first-call:python', '{"main.py":"print(1)"}');
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await page.goto('/quickstart/');
    const languages = page.locator('fc-sandbox').getByRole('tablist', { name: 'Languages' });
    for (const name of ['Python', 'curl', 'TypeScript']) {
      await languages.getByRole('tab', { name }).click();
      await expect(languages.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
      await expect.poll(() => violations(page), { timeout: 20_000 }).toEqual([]);
    }
    await languages.getByRole('tab', { name: 'Python' }).click();
    // Without a clipboard the link stands in a field.
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.getByLabel('Link with your code')).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}

test('on a phone nothing that opens is wider than the page', async ({ page }) => {
  test.slow();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 375, height: 812 });
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  for (const path of ['/', '/quickstart/']) {
    await page.goto(path);
    await page.getByRole('button', { name: 'Use it on my machine' }).click();
    await expect(page.getByText('Waiting for your call…')).toBeVisible();
    expect(await width()).toBe(375);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Get an API key' }).click();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Copy command' })).toBeVisible();
    expect(await width()).toBe(375);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('key');
    await expect(page.getByRole('dialog').getByRole('link').first()).toBeVisible();
    expect(await width()).toBe(375);
    expect(await violations(page)).toEqual([]);
  }
});

test('the theme can be chosen and is kept', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/guides/keys/');
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-theme', 'light');
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByRole('banner').getByLabel('Select theme').selectOption('dark');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  expect(await paper()).not.toBe(light);
  await page.reload();
  await expect(root).toHaveAttribute('data-theme', 'dark');
});

test('the theme chosen in the docs holds on the pages outside them, also on those that are open', async ({
  page,
  context,
}) => {
  await page.emulateMedia({ colorScheme: 'light' });
  const choose = (theme: string) => page.getByRole('banner').getByLabel('Select theme').selectOption(theme);
  await page.goto('/guides/keys/');
  await choose('dark');
  const others: Page[] = [];
  for (const path of ['/sign-in', '/sandbox/first-call/']) {
    const other = await context.newPage();
    await other.emulateMedia({ colorScheme: 'light' });
    await other.goto(path);
    others.push(other);
  }
  const expectTheme = async (theme: string) => {
    for (const other of others) await expect(other.locator('html')).toHaveAttribute('data-theme', theme);
  };
  await expectTheme('dark');
  await choose('light');
  await expectTheme('light');
  for (const other of others) await other.emulateMedia({ colorScheme: 'dark' });
  await expectTheme('light');
  await choose('auto');
  await expectTheme('dark');
});

test('looking around asks no other host, sets no cookie and moves nothing', async ({
  page,
  context,
  baseURL,
}) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== new URL(baseURL ?? '').origin)
      foreign.push(url.href);
  });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  for (const path of ['/', '/quickstart/', '/guides/errors/']) {
    await page.goto(path);
    await page.mouse.wheel(0, 2000);
    await page.waitForLoadState('networkidle');
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 100);
        }),
    );
    expect(shift, `layout shift of ${path}`).toBe(0);
  }
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
  expect(await context.cookies()).toEqual([]);
});

test('home and quickstart stay small before anybody touches them', async ({ page }) => {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  for (const path of ['/', '/quickstart/']) {
    bytes = 0;
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    expect(bytes, `${path} over the wire`).toBeLessThanOrEqual(65 * 1024);
  }
});

test('at 1280 the home page is one screen', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/');
  for (const name of ['Run', 'Get an API key']) {
    await expect(page.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 });
  }
  await expect(page.getByRole('list', { name: 'Your path' })).toBeInViewport({ ratio: 1 });
});
