import { execFileSync } from 'node:child_process';
import { expect, type Page, test } from '@playwright/test';
import { startOwnPortal } from './support/own-portal.ts';

/** Exactly what a developer would type, key and all; the answer is of no interest here. */
function terminal(command: string): void {
  execFileSync('sh', ['-c', command], { stdio: 'ignore' });
}

async function openWithKey(page: Page): Promise<string> {
  await page.goto('/quickstart/');
  return keyByHand(page);
}

async function keyByHand(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Use it on my machine' }).click();
  await page.getByText('Take a key and set it up by hand').click();
  const shown = page.locator('.fc-secret code').last();
  await expect(shown).toHaveText(/fc_test_[0-9A-Za-z]{36}/);
  return (await shown.textContent()) ?? '';
}

const JSON_TYPE = '-H "Content-Type: application/json"';
const MESSAGE = `-d '{"to": "ada@example.com", "body": "Hi"}'`;

/** What is typed, what the page says of it, and the line it offers instead. */
const MISTAKES: [
  title: string,
  command: (url: string, key: string) => string,
  says: RegExp,
  line: RegExp | null,
][] = [
  [
    'without Bearer',
    (url, key) => `curl "${url}/v1/messages" -H "Authorization: ${key}" ${JSON_TYPE} ${MESSAGE}`,
    /The word Bearer is missing/,
    /^-H "Authorization: Bearer \$RELAY_API_KEY"$/,
  ],
  [
    'with quotes round the key',
    (url, key) => `curl "${url}/v1/messages" -H 'Authorization: Bearer "${key}"' ${JSON_TYPE} ${MESSAGE}`,
    /quotation marks/,
    /Bearer \$RELAY_API_KEY/,
  ],
  [
    'with curl -u',
    (url, key) => `curl "${url}/v1/messages" -u "${key}:" ${JSON_TYPE} ${MESSAGE}`,
    /as a user name \(Basic\)/,
    /Bearer \$RELAY_API_KEY/,
  ],
  [
    'with the key in the address',
    (url, key) => `curl "${url}/v1/messages?api_key=${key}"`,
    /in the address, where logs keep it/,
    /Bearer \$RELAY_API_KEY/,
  ],
  [
    'with a key that was cut off',
    (url, key) => `curl "${url}/v1/messages" -H "Authorization: Bearer ${key.slice(0, -4)}"`,
    /cut off/,
    /^export RELAY_API_KEY=fc_test_…$/,
  ],
  [
    'to a path without /v1',
    (url, key) => `curl "${url}/messages" -H "Authorization: Bearer ${key}" ${JSON_TYPE} ${MESSAGE}`,
    /lacks \/v1 before \/messages/,
    /^"\$RELAY_URL\/v1\/messages"$/,
  ],
  [
    'to /v1/message',
    (url, key) => `curl "${url}/v1/message" -H "Authorization: Bearer ${key}" ${JSON_TYPE} ${MESSAGE}`,
    /nearest to it is \/v1\/messages/,
    /\/v1\/messages/,
  ],
  [
    'with the wrong method',
    (url, key) =>
      `curl -X PUT "${url}/v1/messages" -H "Authorization: Bearer ${key}" ${JSON_TYPE} ${MESSAGE}`,
    /does not take PUT; it takes GET and POST/,
    /^curl -X POST/,
  ],
  [
    'without a content type',
    (url, key) => `curl "${url}/v1/messages" -H "Authorization: Bearer ${key}" ${MESSAGE}`,
    /which is what curl -d does/,
    /Content-Type: application\/json/,
  ],
  [
    'without a recipient',
    (url, key) =>
      `curl "${url}/v1/messages" -H "Authorization: Bearer ${key}" ${JSON_TYPE} -d '{"body": "Hi"}'`,
    /field to is missing/,
    /^-d '\{"to"/,
  ],
  [
    'with broken JSON',
    (url, key) => `curl "${url}/v1/messages" -H "Authorization: Bearer ${key}" ${JSON_TYPE} -d "{'to': 1,}"`,
    /not valid JSON/,
    /^-d '\{"to"/,
  ],
];

for (const [title, command, says, line] of MISTAKES) {
  test(`a call from a terminal ${title} is explained on the open page within 2 s`, async ({
    page,
    baseURL,
  }) => {
    const key = await openWithKey(page);
    terminal(command(baseURL ?? '', key));
    const rescue = page.locator('fc-rescue');
    await expect(rescue.getByRole('status')).toHaveText(says, { timeout: 2_000 });
    if (line) await expect(rescue.getByLabel('Corrected line')).toHaveText(line);
    await expect(rescue).not.toContainText(key);
  });
}

test('a program that calls too often is told how long to wait', async ({ page }) => {
  const portal = await startOwnPortal({ RATE_LIMIT_PER_SECOND: '1' });
  try {
    await page.goto(`${portal.url}/quickstart/`);
    const key = await keyByHand(page);
    terminal(`curl -H "Authorization: Bearer ${key}" ${`"${portal.url}/v1/me" `.repeat(8)}`);
    const rescue = page.locator('fc-rescue');
    await expect(rescue.getByRole('status')).toHaveText(/Too many requests in a short time: wait \d+ s/);
    await expect(rescue.getByLabel('Corrected line')).toHaveText(/^sleep \d+$/);
  } finally {
    await portal.close();
  }
});

test('the explanation can be copied, put away for good, and goes by itself when a call succeeds', async ({
  page,
  baseURL,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const key = await openWithKey(page);
  const rescue = page.locator('fc-rescue');
  const sentence = rescue.getByRole('status');
  const wrong = `curl "${baseURL}/v1/me" -H "Authorization: ${key}"`;

  terminal(wrong);
  await expect(sentence).toHaveText(/Bearer is missing/);
  await rescue.getByRole('button', { name: 'Copy line' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    '-H "Authorization: Bearer $RELAY_API_KEY"',
  );
  await expect(rescue.getByRole('link', { name: 'About this error' })).toHaveAttribute(
    'href',
    '/guides/errors/#missing_bearer',
  );

  await page.reload();
  await expect(sentence).toHaveText(/Bearer is missing/);
  await rescue.getByRole('button', { name: 'Dismiss' }).click();
  await expect(sentence).toHaveText('');
  await expect(rescue.getByRole('button')).toHaveCount(0);
  await page.reload();
  await page.waitForTimeout(500);
  await expect(sentence).toHaveText('');

  terminal(wrong);
  await expect(sentence).toHaveText(/Bearer is missing/);
  terminal(`curl "${baseURL}/v1/messages" -H "Authorization: Bearer ${key}" ${JSON_TYPE} ${MESSAGE}`);
  await expect(sentence).toHaveText('');
});

test('a program in the sandbox that forgets the header is explained in its own language', async ({
  page,
}) => {
  await page.goto('/quickstart/');
  const editor = page.getByRole('group', { name: 'Code editor' });
  await editor.hover();
  await expect(page.locator('fc-sandbox')).toHaveAttribute('data-editor', 'monaco');
  await editor.locator('.view-lines').click();
  await page.keyboard.press('ControlOrMeta+A');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the reader's code.
  await page.keyboard.insertText('await fetch(`${process.env.RELAY_URL}/v1/messages`);');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const rescue = page.locator('fc-rescue');
  await expect(rescue.getByRole('status')).toHaveText('The call carries no Authorization header.');
  await expect(rescue.getByLabel('Corrected line')).toHaveText(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the reader's code.
    'Authorization: `Bearer ${process.env.RELAY_API_KEY}`,',
  );
  await expect(rescue.getByLabel('Corrected line')).toBeInViewport();
});

test('what was wrong before the page was opened is said without moving the page', async ({
  page,
  baseURL,
}) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await page.goto('/quickstart/');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  // The recorded answer says 201 as well; a tick comes from the call itself.
  await expect(page.locator('fc-path [data-step="first_call"]').first()).toHaveAttribute(
    'data-state',
    'done',
  );
  const { secret } = await page.evaluate(async () => {
    const body = JSON.stringify({ origin: 'sandbox' });
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch('/api/credentials', { method: 'POST', headers, body })).json();
  });
  terminal(`curl "${baseURL}/v1/me" -H "Authorization: ${secret}"`);
  await expect(page.locator('fc-rescue').getByRole('status')).toHaveText(/Bearer is missing/);
  await page.goto('/guides/errors/');
  await page.goto('/quickstart/');
  await expect(page.locator('fc-rescue').getByRole('status')).toHaveText(/Bearer is missing/);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('a page of which nothing was called loads no rules', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/quickstart/');
  await page.waitForLoadState('networkidle');
  expect(loaded.filter((url) => /rescue-view/.test(url))).toEqual([]);
});
