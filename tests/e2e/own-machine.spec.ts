import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { readSample } from '../../sandbox/read-sample.ts';
import { missingFor } from '../support/run-starter.ts';

// What a reader does in a terminal, with the command as the page shows it, while the page stays open.

let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firstcall-terminal-'));
});
test.afterEach(() => rmSync(folder, { recursive: true }));

const terminal = (command: string) =>
  execFileSync('sh', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  });

async function commandFor(page: Page, label: string): Promise<string> {
  await page.getByRole('button', { name: 'Use it on my machine' }).click();
  await page.locator('.panel').getByRole('tab', { name: label }).click();
  const shown = page.locator('.panel').getByLabel(`${label} starter`);
  await expect(shown).toHaveText(
    /^curl -fsSO http\S+\/start\/\w{24}\/\S+\.tar\.gz && tar -xzf \S+ && sh \S+$/,
  );
  return (await shown.textContent()) ?? '';
}

for (const language of readSample('first-call').languages) {
  const missing = missingFor(language);
  test(`one command in a terminal fetches and runs the ${language.label} program, and the page sees its call`, async ({
    page,
  }) => {
    test.skip(missing !== undefined, missing);
    await page.goto('/quickstart/');
    const command = await commandFor(page, language.label);
    expect(await page.locator('.panel').textContent()).not.toMatch(/fc_test_/);
    expect(terminal(command)).toContain('msg_');
    await expect(page.getByText('Seen: POST /v1/messages 201 from your machine.')).toBeVisible({
      timeout: 2_000,
    });
    const step = page.getByRole('list', { name: 'Your path' }).locator('[data-step=own_machine]');
    await expect(step).toHaveAttribute('data-state', 'done');
    const project = join(folder, `first-call-${language.id}`);
    expect(readFileSync(join(project, '.env'), 'utf8')).toMatch(
      /^RELAY_URL=http:\S+\nRELAY_API_KEY=fc_test_\w{36}\n$/,
    );
    expect(statSync(join(project, '.env')).mode & 0o077).toBe(0);
    expect(readFileSync(join(project, '.gitignore'), 'utf8')).toContain('.env');
    // It goes on working without the page: the project is the reader's.
    expect(terminal(`sh first-call-${language.id}/run.sh`)).toContain('msg_');
  });
}

test('a project whose program uses the SDK has the SDK in it', async ({ page }) => {
  await page.goto('/samples/receive-a-webhook/');
  expect(terminal(await commandFor(page, 'TypeScript'))).toMatch(/^verified: message\.accepted for msg_/);
  expect(existsSync(join(folder, 'receive-a-webhook-typescript/relay.ts'))).toBe(true);
});

test('a command that was used says so in the terminal, and the page makes another', async ({ page }) => {
  await page.goto('/guides/your-own-machine/');
  const first = await commandFor(page, 'curl');
  terminal(first);
  const again = spawnSync('sh', ['-c', first], { cwd: folder, encoding: 'utf8' });
  expect(again.status).toBe(22);
  expect(again.stderr).toContain('410');
  await page.getByRole('button', { name: 'New command' }).click();
  const shown = page.locator('.panel').getByLabel('curl starter');
  await expect(shown).not.toHaveText(first);
  expect(terminal((await shown.textContent()) ?? '')).toContain('msg_');
});

test('the command is there for the keyboard, and no key is made before one is asked for', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && asked.push(new URL(request.url()).pathname));
  await page.goto('/quickstart/');
  await page.getByRole('button', { name: 'Use it on my machine' }).focus();
  await page.keyboard.press('Enter');
  const tabs = page.locator('.panel').getByRole('tab');
  await tabs.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(tabs.nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(tabs.nth(1)).toBeFocused();
  expect(asked).toEqual(['/api/start-codes']);
  await page.getByText('Take a key and set it up by hand').press('Enter');
  await expect(page.locator('.fc-secret code')).toHaveText(/fc_test_\w{36}/);
  expect(asked).toEqual(['/api/start-codes', '/api/credentials']);
});
