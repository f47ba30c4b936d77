import { expect, type Page, type Response, test } from '@playwright/test';
import { differences, type SampleOutcome } from '../../sandbox/expectations.ts';
import { readSample, sampleNames } from '../../sandbox/read-sample.ts';
import { noteProof } from '../support/sample-proof.ts';

// Every sample in every language, in the page's own engine, against the real gateway. What happened is kept for the
// docs to show, so the tests take turns.
test.describe.configure({ mode: 'default', timeout: 60_000 });

const PAGES: Record<string, string> = { 'first-call': '/quickstart/' };
const pageOf = (name: string) => PAGES[name] ?? `/samples/${name}/`;

const log = (page: Page) => page.getByRole('log', { name: 'Output' });

/** The requests that the page made for the program, as the gateway answered them. */
function listen(page: Page): SampleOutcome['requests'] {
  const requests: SampleOutcome['requests'] = [];
  page.on('response', (response: Response) => {
    const { pathname, search } = new URL(response.url());
    if (!pathname.startsWith('/v1/') || pathname === '/v1/openapi.json') return;
    const method = response.request().method() as SampleOutcome['requests'][number]['method'];
    if (method !== 'OPTIONS') requests.push({ method, path: pathname + search, status: response.status() });
  });
  return requests;
}

for (const name of sampleNames()) {
  const sample = readSample(name);
  for (const language of sample.languages) {
    test(`${name} in ${language.label} does in the page what it promises`, async ({ page }) => {
      await page.goto(pageOf(name));
      const tab = page.getByRole('tablist', { name: 'Languages' }).getByRole('tab', { name: language.label });
      // A language that failed before is hidden from readers, and proves itself again through this door.
      const isShown = await tab.isVisible();
      test.skip(
        !isShown,
        `${language.label} is hidden: see sandbox/verified.json, and delete what it says of it.`,
      );
      await tab.click();
      const requests = listen(page);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await expect(log(page)).not.toContainText('recorded on');
      const ending = log(page).locator('.ending');
      await expect(ending.first()).toHaveText(/^(Exit code|Stopped|Ended)/, { timeout: 45_000 });
      const stdout = (await log(page).locator('.chunk[data-stream=stdout]').allTextContents()).join('');
      const stderr = (await log(page).locator('.chunk[data-stream=stderr]').allTextContents()).join('');
      const [, code] = /^Exit code (\d+)/.exec((await ending.first().textContent()) ?? '') ?? [];
      const exitCode = code === undefined ? null : Number(code);
      const found = differences(sample.expect, language.id, { exitCode, stdout, requests });
      noteProof(sample, language, 'page', found);
      expect({ found, stderr }).toEqual({ found: [], stderr: '' });
    });
  }
}

test('the docs say of each language when it was verified, and of no other', async ({ page }) => {
  for (const name of sampleNames()) {
    const { languages } = readSample(name);
    await page.goto(pageOf(name));
    const verified = page.getByRole('list', { name: 'Verified languages' }).getByRole('listitem');
    for (const item of await verified.allTextContents()) {
      const [, label, day] = /^\s*(\S+) verified (\d+ \w+ \d{4})\s*$/.exec(item) ?? [];
      expect(languages.map((language) => language.label)).toContain(label);
      expect(Date.parse(`${day} UTC`)).toBeLessThanOrEqual(Date.now());
    }
  }
});

test('the editor knows the types of the SDK', async ({ page }) => {
  test.slow();
  await page.goto('/samples/list-and-paginate/');
  const editor = page.getByRole('group', { name: 'Code editor' });
  await editor.hover();
  await expect(page.locator('fc-sandbox')).toHaveAttribute('data-editor', 'monaco');
  await editor.locator('.view-lines').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(
    [
      "import { Relay, RelayError, verifyWebhook } from 'relay';",
      'const relay = new Relay();',
      "await relay.messages.send({ to: 'ada@example.com', body: 'Hi' });",
      'for await (const message of relay.messages.list({ limit: 2 })) console.log(message.created_at);',
      'export const used = [RelayError, verifyWebhook];',
      'await relay.messages.sent();',
      '',
    ].join('\n'),
  );
  // The one mistake, and nothing of what the SDK has.
  await expect(page.locator('.squiggly-error')).toHaveCount(1, { timeout: 30_000 });
});
