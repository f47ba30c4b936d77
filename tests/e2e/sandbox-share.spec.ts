import { expect, type Page, test } from '@playwright/test';
import { encodeShare } from '../../src/components/sandbox/share/share-link.ts';
import { expectReadable } from './support/readable.ts';

// Code that travels in a link: made with Share, opened by somebody else, and never run by itself.

const share = (page: Page) => page.getByRole('button', { name: 'Share' });
const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });
const offer = (page: Page) => page.getByRole('region', { name: 'Code from a link' });
const use = (page: Page) => offer(page).getByRole('button', { name: 'Use this code' });
const editor = (page: Page) => page.getByRole('group', { name: 'Code editor' });
const log = (page: Page) => page.getByRole('log', { name: 'Output' });

const MESSAGE = `/** What the API is asked to send. Change it and run again. */
export const newMessage = {
  to: 'grace@example.com',
  body: 'Hello from a link.',
};

/** What the API answers. */
export interface Message {
  id: string;
  to: string;
  body: string;
  status: string;
  created_at: string;
}
`;

function linkWith(text: string, { path = 'message.ts', language = 'typescript' } = {}): string {
  const encoded = encodeShare({ sample: 'first-call', language, files: [{ path, text }] });
  if (!encoded.ok) throw new Error(encoded.reason);
  return `/quickstart/${encoded.fragment}`;
}

/** Types over the message, in the plain editor: the large one is not what is tried here. */
async function editMessage(page: Page, text: string): Promise<void> {
  await page.getByRole('tab', { name: 'message.ts' }).click();
  await page.getByRole('textbox', { name: 'message.ts' }).fill(text);
}

/** Whatever would make the reader known, or start a program. */
function watch(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/(v1|api\/(credentials|onboarding-events))/.test(pathname)) seen.push(pathname);
  });
  return seen;
}

test.describe('sharing', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'], hasTouch: true });

  test('a reader shares an edit, and a colleague sees the difference, takes it and runs it', async ({
    page,
    browser,
    baseURL,
  }) => {
    await page.goto('/quickstart/?from=mail');
    await editMessage(page, MESSAGE);
    await share(page).click();
    await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toContainText(
      'It carries message.ts as edited here, and no key.',
    );
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/^http:\/\/[^?]+\/quickstart\/#code=1\/first-call\/typescript\/[\w-]+\/\w+$/);

    const context = await browser.newContext({ baseURL: String(baseURL) });
    const colleague = await context.newPage();
    const seen = watch(colleague);
    await colleague.goto(link);
    await expect(offer(colleague)).toContainText('This code came with a link');
    await expect(offer(colleague)).toContainText('2 lines added, 2 removed');
    await expect(offer(colleague).getByRole('listitem')).toHaveText([
      /^Line 1: /,
      /^Line 2: /,
      /Removed, line 3: .*to: 'ada@example\.com'/,
      /Removed, line 4: .*Hello from my first call/,
      /Added, line 3: .*to: 'grace@example\.com'/,
      /Added, line 4: .*Hello from a link/,
      /^Line 5: /,
      /^Line 6: /,
    ]);
    await use(colleague).click();
    await expect(offer(colleague)).toContainText('Run starts it with your test key.');
    expect(new URL(colleague.url()).hash).toBe('');
    expect(seen).toEqual([]);
    await run(colleague).click();
    await expect(log(colleague)).toContainText('to grace@example.com');
    await context.close();
  });

  test('a reader who edited nothing shares the page itself', async ({ page }) => {
    await page.goto('/quickstart/');
    await share(page).click();
    await expect(page.getByRole('status').filter({ hasText: 'Nothing is edited here' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  });

  test('a reader whose code holds a key, or is too large, hears why there is no link', async ({ page }) => {
    await page.goto('/quickstart/');
    await page.evaluate(() => navigator.clipboard.writeText('before'));
    await editMessage(page, `const key = 'fc_test_${'k3Y'.repeat(12)}';`);
    await share(page).click();
    await expect(page.getByText('Not shared: the code contains what looks like an API key.')).toBeVisible();
    await editMessage(page, '// '.padEnd(70_000, 'x'));
    await share(page).click();
    await expect(page.getByText('Not shared: the code is too large for a link')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('before');
  });
});

test('a reader whose browser does not copy gets the link in a field, selected', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.goto('/quickstart/');
  await share(page).click();
  const field = page.getByRole('textbox', { name: 'Link with your code' });
  await expect(field).toBeFocused();
  expect(await field.inputValue()).toBe(page.url());
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(page.url());
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(field).toHaveCount(0);
  await expect(share(page)).toBeFocused();
});

test.describe('opening a link', () => {
  test('runs nothing and makes nobody known, whatever a reader does short of Run', async ({
    page,
    context,
  }) => {
    const seen = watch(page);
    await page.goto(linkWith(`fetch('/v1/me');\nwindow.ran = true;\n`, { path: 'index.ts' }));
    await expect(use(page)).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expect(log(page)).toContainText('This run was recorded on');
    await use(page).click();
    await editor(page).hover();
    await page.waitForLoadState('networkidle');
    await page.reload();
    await page.waitForLoadState('networkidle');
    await expect(page.getByRole('tab', { name: 'index.ts' })).toHaveAttribute('data-edited', '');
    await expect(log(page)).toContainText('This run was recorded on');
    expect(seen).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  test('keeps a reader’s own edits until they choose, and gives them back afterwards', async ({ page }) => {
    await page.goto('/quickstart/');
    await editMessage(page, '// my own work\n');
    await expect
      .poll(() => page.evaluate(() => localStorage.getItem('firstcall:code:first-call:typescript')))
      .toContain('my own work');
    const stored = () => page.evaluate(() => localStorage.getItem('firstcall:code:first-call:typescript'));
    const mine = await stored();

    await page.goto('/guides/keys/');
    await page.goto(linkWith(MESSAGE));
    await expect(offer(page)).toContainText('The editor keeps your own edits');
    expect(await stored()).toBe(mine);
    await offer(page).getByRole('button', { name: 'Keep mine' }).click();
    await expect(offer(page)).toBeHidden();
    expect(await stored()).toBe(mine);
    expect(new URL(page.url()).hash).toBe('');

    // The same page, and the link pasted over its address.
    await page.evaluate((hash) => location.assign(hash), new URL(linkWith(MESSAGE), page.url()).hash);
    await use(page).click();
    await expect.poll(stored).toContain('grace@example.com');
    await offer(page).getByRole('button', { name: 'Put mine back' }).click();
    await expect.poll(stored).toBe(mine);
  });

  test('turns to the language of the code when a reader takes it', async ({ page }) => {
    await page.goto(linkWith('echo "from a link"\n', { path: 'send.sh', language: 'curl' }));
    await expect(offer(page)).toContainText('What it changes in the original curl:');
    await expect(page.getByRole('tab', { name: 'TypeScript' }).first()).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await use(page).click();
    await expect(page.getByRole('tab', { name: 'send.sh' })).toHaveAttribute('data-edited', '');
    await run(page).click();
    await expect(log(page)).toContainText('from a link');
  });

  test('shows a reader what a stranger hid, and renders none of it', async ({ page }) => {
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(linkWith('<img src=x onerror="window.ran = true">\n// \u202e right to left\n'));
    await expect(offer(page).locator('mark')).toHaveText('U+202E');
    await expect(offer(page)).toContainText('<img src=x onerror="window.ran = true">');
    await expect(offer(page).locator('img')).toHaveCount(0);
    expect(complaints).toEqual([]);
  });

  const whole = linkWith(MESSAGE);
  for (const [what, link, sentence] of [
    ['cut off', whole.slice(0, -20), 'It is cut off, or was changed on its way.'],
    ['empty', '/quickstart/#code=', 'It is cut off, or was changed on its way.'],
    ['from another version', whole.replace('=1/', '=9/'), 'It was made by another version of this site.'],
    [
      'of another sample',
      whole.replace('first-call', 'other'),
      'the sample “other”, which is not on this page',
    ],
    [
      'in another language',
      whole.replace('/typescript/', '/cobol/'),
      'in “cobol”, which this page does not run',
    ],
    ['too large', `/quickstart/#code=1/first-call/typescript/${'A'.repeat(9_000)}/0`, 'larger than 64 kB'],
    ['reaching for other files', linkWith('x', { path: '../../etc/passwd' }), 'a file “../../etc/passwd”'],
  ] as const) {
    test(`a reader hears why a link ${what} is refused, and goes on with the sample`, async ({ page }) => {
      const seen = watch(page);
      const failures: string[] = [];
      page.on('pageerror', ({ message }) => failures.push(message));
      await page.goto(link);
      await expect(offer(page)).toContainText('The code of this link is not shown.');
      await expect(offer(page)).toContainText(sentence);
      await expect(use(page)).toHaveCount(0);
      await offer(page).getByRole('button', { name: 'Close' }).click();
      await expect(offer(page)).toBeHidden();
      await expect(editor(page)).toContainText('process.env');
      await expect(page.locator('[data-edited]')).toHaveCount(0);
      expect(new URL(page.url()).hash).toBe('');
      expect(failures).toEqual([]);
      expect(seen).toEqual([]);
    });
  }
});

test.describe('everybody', () => {
  test('a reader with a keyboard reads the difference, takes the code, and goes back', async ({ page }) => {
    await page.goto(linkWith(MESSAGE));
    await expect(offer(page)).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(
      offer(page).getByRole('group', { name: 'Difference to the original TypeScript' }),
    ).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(use(page)).toBeFocused();
    await page.keyboard.press('Enter');
    // Enter once more must not reach Run.
    await expect(offer(page)).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(offer(page)).toBeHidden();
    await expect(page.getByRole('tab', { name: 'message.ts' })).toBeFocused();

    await page.goto('/guides/keys/');
    await page.goto(linkWith(MESSAGE));
    await expect(offer(page)).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(offer(page)).toBeHidden();
    await expect(page.locator('[data-edited]')).toHaveCount(0);
  });

  test('a reader with a screen reader finds nothing unnamed or too faint, in either theme', async ({
    page,
  }) => {
    await page.goto(linkWith(`${MESSAGE}// \u202e\n`));
    await expect(use(page)).toBeVisible();
    await expectReadable(page);
  });

  test('a reader on a small phone sees all of it without scrolling sideways', async ({ page }) => {
    await page.setViewportSize({ width: 375, height: 740 });
    await page.goto(linkWith(`${MESSAGE}// ${'a long line '.repeat(30)}\n`));
    await expect(use(page)).toBeVisible();
    const sideways = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await sideways()).toBe(0);
    expect(
      await offer(page)
        .getByRole('group')
        .evaluate((group) => group.scrollWidth - group.clientWidth),
    ).toBe(0);
    const tops = await page
      .locator('fc-sandbox .actions button')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
  });

  test('a reader who opens a page without such a link fetches none of this', async ({ page }) => {
    const scripts: string[] = [];
    page.on('request', (request) => scripts.push(new URL(request.url()).pathname));
    await page.goto('/quickstart/#your-path');
    expect(await page.content()).not.toContain('share-panel');
    await page.waitForLoadState('networkidle');
    expect(scripts.filter((path) => /shar/i.test(path))).toEqual([]);
    await share(page).click();
    await expect.poll(() => scripts.filter((path) => /sharing.*\.js/.test(path)).length).toBe(1);
  });
});
