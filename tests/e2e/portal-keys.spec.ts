import { expect, type Page, test } from '@playwright/test';

const KEY = /fc_test_[0-9A-Za-z]{36}/;

/** A call as a terminal would make it: outside the page, with nothing but the key. */
function callFromOutside(
  baseURL: string | undefined,
  key: string,
  body: unknown = { to: 'ada@example.com', body: 'Hi' },
) {
  return fetch(`${baseURL}/v1/messages`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Opens the panel and asks it for a key. */
async function openByHand(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Use it on my machine' }).click();
  await page.getByText('Take a key and set it up by hand').click();
}

async function keyOn(page: Page): Promise<string> {
  const shown = page.locator('.fc-secret code').last();
  await expect(shown).toHaveText(KEY);
  return (await shown.textContent()) ?? '';
}

test('any page gives a key with one click, shows it once, and takes it back off the page', async ({
  page,
  context,
  baseURL,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/guides/errors/');
  const opener = page.getByRole('button', { name: 'Get an API key' });
  await opener.click();
  const dialog = page.getByRole('dialog', { name: 'Your test key' });
  const key = await keyOn(page);
  const copy = dialog.getByRole('button', { name: 'Copy', exact: true });
  await expect(copy).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await expect(dialog).toContainText('It works until');
  await expect(dialog.locator('pre')).toContainText(`export RELAY_API_KEY=${key}`);

  expect((await callFromOutside(baseURL, key)).status).toBe(201);

  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
  expect(await page.content()).not.toContain(key);
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toContain('fc_test_');
});

test('a refusal is a sentence with a way to try again', async ({ page }) => {
  let refused = false;
  await page.route('**/api/credentials', (route) => {
    if (refused) return route.continue();
    refused = true;
    const detail = 'Too many keys were asked for lately. Try again in 12 min.';
    return route.fulfill({
      status: 429,
      contentType: 'application/problem+json',
      json: { code: 'rate_limited', detail },
    });
  });
  await page.goto('/');
  await page.getByRole('button', { name: 'Get an API key' }).click();
  await expect(page.getByRole('alert')).toHaveText(
    'Too many keys were asked for lately. Try again in 12 min.',
  );
  await page.getByRole('button', { name: 'Try again' }).click();
  await keyOn(page);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeHidden();
});

test('a call from outside is seen, ticks the path, and one question follows', async ({ page, baseURL }) => {
  await page.goto('/quickstart/');
  const path = page.getByRole('list', { name: 'Your path' });
  const step = (id: string) => path.locator(`[data-step="${id}"]`);
  for (const id of ['first_call', 'own_machine', 'keep_it', 'go_live']) {
    await expect(step(id)).toHaveAttribute('data-state', 'todo');
  }
  await openByHand(page);
  const key = await keyOn(page);
  await expect(page.getByText('Waiting for your call…')).toBeVisible();

  await callFromOutside(baseURL, key, { to: 'nobody', body: 'Hi' });
  await expect(page.getByText(/Seen: POST \/v1\/messages 422 .* recipient_invalid/)).toBeVisible();
  await expect(step('first_call')).toHaveAttribute('data-state', 'todo');

  await callFromOutside(baseURL, key);
  await expect(page.getByText('Seen: POST /v1/messages 201 from your machine.')).toBeVisible();
  await expect(step('first_call')).toHaveAttribute('data-state', 'done');
  await expect(step('own_machine')).toHaveAttribute('data-state', 'done');
  await expect(step('keep_it')).toHaveAttribute('data-state', 'todo');
  await expect(page.getByText(/Your first call answered in [\d.]+ m?s\. Next: keep it\./)).toBeVisible();

  await page.getByRole('button', { name: 'Messages inside a product' }).click();
  const next = page.getByRole('link', { name: 'Handle the errors your users would meet' });
  await expect(next).toBeFocused();
  await expect(next).toHaveAttribute('href', '/guides/errors/');

  await page.reload();
  await expect(step('first_call')).toHaveAttribute('data-state', 'done');
  await expect(next).toBeVisible();
  await expect(page.getByRole('group', { name: 'What are you building?' })).toBeHidden();
  expect(await page.content()).not.toContain(key);
});

test('the question can be skipped, and closing the panel removes the key', async ({ page, baseURL }) => {
  await page.goto('/quickstart/');
  const button = page.getByRole('button', { name: 'Use it on my machine' });
  await openByHand(page);
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  const key = await keyOn(page);
  await callFromOutside(baseURL, key);
  await page.getByRole('button', { name: 'Skip' }).click();
  await expect(page.getByRole('link', { name: 'Call it from your own machine' })).toBeVisible();
  await button.click();
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await expect(page.locator('.panel')).toHaveCount(0);
  expect(await page.content()).not.toContain(key);
});

test('the command runs as it is, in a shell', async ({ page }) => {
  const { execFileSync } = await import('node:child_process');
  await page.goto('/guides/your-own-machine/');
  await openByHand(page);
  await keyOn(page);
  const commands = await page.locator('.by-hand .fc-command code').allTextContents();
  expect(commands).toHaveLength(3);
  const folder = test.info().outputPath('terminal');
  (await import('node:fs')).mkdirSync(folder, { recursive: true });
  const answers = commands.map((command) =>
    execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }),
  );
  expect(answers[0]).toContain('"id":"msg_');
  expect(answers.slice(1).join()).toMatch(/201.*201/s);
  await expect(page.getByText('Seen: POST /v1/messages 201 from your machine.')).toBeVisible();
});
