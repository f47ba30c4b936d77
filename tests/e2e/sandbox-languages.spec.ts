import { expect, type Page, test } from '@playwright/test';

// A sandbox in several languages, as a reader meets it in the built portal.

const log = (page: Page) => page.getByRole('log', { name: 'Output' });
const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });
const sandbox = (page: Page) => page.locator('fc-sandbox');
const language = (page: Page, name: string) =>
  sandbox(page).getByRole('tablist', { name: 'Languages' }).getByRole('tab', { name, exact: true });

test('a language that is chosen is chosen on the whole page, and on the next one', async ({ page }) => {
  await page.goto('/quickstart/');
  await expect(language(page, 'TypeScript')).toHaveAttribute('aria-selected', 'true');
  await language(page, 'TypeScript').focus();
  await page.keyboard.press('ArrowRight');
  await expect(language(page, 'Python')).toBeFocused();
  await expect(language(page, 'Python')).toHaveAttribute('aria-selected', 'true');
  await expect(sandbox(page).getByRole('tab', { name: 'main.py' })).toBeVisible();
  await expect(sandbox(page).getByRole('tab', { name: 'index.ts' })).toBeHidden();
  await expect(sandbox(page).getByRole('tabpanel', { name: 'Python' })).toContainText('import requests');
  await expect(page.locator('[role=tab][data-language=python][aria-selected=false]')).toHaveCount(0);

  await page.goto('/');
  await expect(language(page, 'Python')).toHaveAttribute('aria-selected', 'true');
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  expect(stored).toContain('"firstcall:language":"python"');
  await page.keyboard.press('Tab');
  await language(page, 'Python').focus();
  await page.keyboard.press('End');
  await expect(language(page, 'curl')).toBeFocused();
});

test('curl runs in the page, and its edits are its own', async ({ page }) => {
  await page.goto('/quickstart/');
  await language(page, 'curl').click();
  await run(page).click();
  await expect(log(page)).toContainText(/POST \/v1\/messages\s*201/);
  await expect(log(page).locator('[data-stream=stdout]')).toContainText(/\{"id":"msg_[0-9a-f]{24}"/);
  await expect(log(page)).toContainText('Exit code 0');

  const group = page.getByRole('group', { name: 'Code editor' });
  await group.hover();
  await expect(page.locator('.language[data-language=curl]')).toHaveAttribute('data-editor', 'monaco');
  await page.locator('.language[data-language=curl] .view-lines').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('echo fine\n\nnonsense\n');
  await run(page).click();
  await expect(log(page)).toContainText('send.sh: line 3: nonsense: command not found');
  await language(page, 'TypeScript').click();
  await expect(sandbox(page).getByRole('tab', { name: /index\.ts/ })).not.toHaveAttribute('data-edited', '');
  // Back to the place of the error, in the language it is in.
  await log(page).getByRole('button', { name: 'send.sh: line 3' }).click();
  await expect(language(page, 'curl')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.language[data-language=curl] .line-numbers.active-line-number')).toHaveText(
    '3',
  );
});

test('Python is fetched when it is run and not before, with a bar that counts bytes', async ({ page }) => {
  test.setTimeout(90_000);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  const { promise: seen, resolve: goOn } = Promise.withResolvers<void>();
  await page.route('**/*.wasm', async (route) => {
    // On the way for as long as it takes to be seen there.
    await seen;
    await route.continue();
  });
  await page.goto('/quickstart/');
  await language(page, 'Python').click();
  await page.getByRole('group', { name: 'Code editor' }).hover();
  await expect(page.locator('.language[data-language=python]')).toHaveAttribute('data-editor', 'monaco');
  expect(fetched.filter((url) => url.includes('/_sandbox/p'))).toEqual([]);

  await run(page).click();
  await expect(log(page).getByRole('progressbar', { name: 'Getting Python' })).toBeVisible();
  await expect(log(page)).toContainText(/Getting Python: [\d.]+ (bytes|kB|MB) of 13\.4 MB/);
  goOn();
  await expect(log(page)).toContainText(/201: sent msg_[0-9a-f]{24} to ada@example\.com/, {
    timeout: 60_000,
  });
  await expect(log(page).getByRole('progressbar')).toHaveCount(0);
  expect(fetched.filter((url) => /jsdelivr|pypi|pythonhosted/.test(url))).toEqual([]);
});

test('Stop ends the wait for Python, and Run takes it up again', async ({ page }) => {
  test.setTimeout(90_000);
  await page.route('**/*.wasm', () => {});
  await page.goto('/quickstart/');
  await language(page, 'Python').click();
  await run(page).click();
  await expect(log(page).getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(log(page)).toContainText('Stopped after');
  await page.unroute('**/*.wasm');
  await run(page).click();
  await expect(log(page)).toContainText('201: sent', { timeout: 60_000 });
});
