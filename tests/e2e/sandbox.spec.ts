import { expect, type Page, test } from '@playwright/test';

// The sandbox as a reader meets it, in the built portal, with the built-in API behind it.

const log = (page: Page) => page.getByRole('log', { name: 'Output' });
const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });
const state = (page: Page) => page.locator('[data-run-state]');

/** Waits for the large editor and puts this text in place of what it shows. */
async function write(page: Page, code: string): Promise<void> {
  const group = page.getByRole('group', { name: 'Code editor' });
  await group.hover();
  await expect(page.locator('fc-sandbox')).toHaveAttribute('data-editor', 'monaco');
  await group.locator('.view-lines').click();
  await page.keyboard.press('ControlOrMeta+A');
  // As a paste, so that the editor does not close brackets by itself.
  await page.keyboard.insertText(code);
}

test.beforeEach(async ({ page }) => {
  await page.goto('/quickstart/');
});

test('a reader sees a recorded run, labelled as such, before anything has run', async ({ page, context }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await expect(log(page)).toContainText('This run was recorded on');
  await expect(log(page)).toContainText('POST /v1/messages');
  await expect(state(page)).toHaveText('Recorded');
  await expect(page.getByRole('region', { name: 'Inbox' })).toContainText('arrives here');
  expect(await context.cookies()).toEqual([]);
  expect(requests.filter((url) => /monaco|workbench|_sandbox|api\//.test(url))).toEqual([]);
});

test('a reader clicks Run and sees a real 201, the request and the message in the inbox', async ({
  page,
}) => {
  await run(page).click();
  await expect(log(page)).toContainText(/201: sent msg_[0-9a-f]{24} to ada@example\.com/);
  await expect(log(page)).toContainText(/POST \/v1\/messages\s*201/);
  await expect(log(page)).toContainText(/Exit code 0/);
  await expect(log(page)).not.toContainText('recorded');
  await expect(page.getByRole('region', { name: 'Inbox' })).toContainText('Hello from my first call.');
  await expect(page.locator('.request[data-observed]')).toHaveCount(1);
  await log(page).getByText('Response').click();
  await expect(log(page)).toContainText('"channel": "email"');
});

test('what a run shows comes into sight, with the line that says it was seen, and the focus stays', async ({
  page,
}) => {
  for (const [width, height] of [
    [375, 812],
    [1280, 800],
  ] as const) {
    await page.context().clearCookies();
    await page.setViewportSize({ width, height });
    await page.goto('/quickstart/');
    await expect(log(page)).not.toBeInViewport({ ratio: 0.5 });
    await run(page).click();
    await expect(log(page)).toContainText(/201: sent/);
    await expect(page.getByText('Your first call answered in')).toBeInViewport({ ratio: 1 });
    await expect(log(page)).toBeInViewport({ ratio: 1 });
    await expect(run(page)).toBeFocused();
  }
});

test('a run that is in sight moves nothing', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 1200 });
  await run(page).click();
  await expect(log(page)).toContainText(/201: sent/);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('one call has one time on the page', async ({ page }) => {
  await page.goto('/');
  await run(page).click();
  await expect(page.getByText('Your first call answered in')).toBeVisible();
  await expect(log(page)).toContainText('seen by the server');
  await expect(log(page)).toContainText('Exit code 0.');
  const said = await page
    .getByText(/\d (ms|s)\b/)
    .filter({ visible: true })
    .allTextContents();
  const times = said.flatMap((text) => text.match(/\d[\d.]* (ms|s)\b/g) ?? []);
  expect([...new Set(times)], said.join('\n')).toHaveLength(1);
});

test('an edit moves nothing in the bar above it', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const bar = page.locator('fc-sandbox .bar');
  const before = await bar.boundingBox();
  for (const name of ['index.ts', 'message.ts']) {
    await page.getByRole('tab', { name }).click();
    await write(page, '// edited');
    await expect(page.getByRole('tab', { name })).toHaveAttribute('data-edited', '');
  }
  expect(await bar.boundingBox()).toEqual(before);
});

test('a reader edits the message, runs it with the keyboard, and finds the edit again after a reload', async ({
  page,
}) => {
  await page.getByRole('tab', { name: 'message.ts' }).click();
  await write(
    page,
    `export const newMessage = { to: 'grace@example.com', body: 'Edited' };\nexport interface Message { id: string; to: string }\n`,
  );
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(log(page)).toContainText('to grace@example.com');
  await expect(page.getByRole('tab', { name: /message\.ts/ })).toHaveAttribute('data-edited', '');

  await page.reload();
  await expect(page.getByRole('tab', { name: /message\.ts/ })).toHaveAttribute('data-edited', '');
  await page.getByRole('tab', { name: /message\.ts/ }).click();
  await expect(page.getByRole('group', { name: 'Code editor' })).toContainText('grace@example.com');

  await page.getByRole('button', { name: 'Reset' }).click();
  await run(page).click();
  await expect(log(page)).toContainText('to ada@example.com');
  await expect(page.locator('[role=tab][data-edited]')).toHaveCount(0);
  await page.reload();
  await page.getByRole('tab', { name: /message\.ts/ }).click();
  await expect(page.getByRole('group', { name: 'Code editor' })).toContainText('ada@example.com');
});

test('a reader follows an error to its line', async ({ page }) => {
  await write(page, `console.log('one');\n\n\nthrow new Error('on line four');\n`);
  await run(page).click();
  await expect(log(page)).toContainText('Error: on line four');
  await expect(log(page)).toContainText('Exit code 1');
  await expect(state(page)).toHaveText('Failed');
  await page.getByRole('tab', { name: 'message.ts' }).click();
  await log(page).getByRole('button', { name: 'index.ts:4' }).click();
  await expect(page.getByRole('tab', { name: /index\.ts/ })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.line-numbers.active-line-number')).toHaveText('4');
});

test('a reader stops a program that will not end', async ({ page }) => {
  await write(page, `console.error('to stderr');\nfor (;;) {}\n`);
  await run(page).click();
  await expect(log(page).locator('[data-stream=stderr]')).toContainText('to stderr');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(log(page)).toContainText(/Stopped after/);
  await expect(page.getByRole('button', { name: 'Stop' })).toBeDisabled();
  await page.getByRole('button', { name: 'Reset' }).click();
  await run(page).click();
  await expect(log(page)).toContainText('201: sent');
});

test('a reader’s page stays alive under 100 MB of output', async ({ page }) => {
  await write(
    page,
    `const line = 'x'.repeat(999) + '\\n';\nfor (let i = 0; i < 100_000; i++) process.stdout.write(line);\n`,
  );
  await run(page).click();
  await expect(log(page)).toContainText('99.0 MB of output were not shown.', { timeout: 20_000 });
  const before = Date.now();
  await page.getByRole('tab', { name: 'message.ts' }).click();
  await expect(page.getByRole('tab', { name: 'message.ts' })).toHaveAttribute('aria-selected', 'true');
  expect(Date.now() - before).toBeLessThan(2_000);
  expect((await log(page).textContent())?.length).toBeLessThan(1_100_000);
});

test('a reader who leaves the key out gets the API’s own 401', async ({ page }) => {
  await write(
    page,
    `const r = await fetch(process.env.RELAY_URL + '/v1/me');\nconsole.log(r.status, (await r.json()).code);\n`,
  );
  await run(page).click();
  await expect(log(page)).toContainText('401 missing_key');
});

test('a reader is told where the sandbox may call', async ({ page }) => {
  await write(page, `await fetch('https://example.com/');\n`);
  await run(page).click();
  await expect(log(page)).toContainText(
    /https:\/\/example\.com is out of reach\. This sandbox can only call http:\/\/.*\/v1/,
  );
});

test('a reader whose key was revoked gets another one and does not notice', async ({ page }) => {
  let answers = 0;
  await page.route('**/v1/messages', async (route) => {
    answers += 1;
    if (answers > 1) return route.continue();
    await route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      body: '{"code":"revoked_key"}',
    });
  });
  const keys: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/api/credentials')) keys.push(response.json().then(({ secret }) => secret));
  });
  await run(page).click();
  await expect(state(page)).toHaveText('Done');
  await expect(log(page)).toContainText('201: sent');
  expect(new Set(await Promise.all(keys)).size).toBe(2);
});

test('the key is nowhere a program or a stranger could read it', async ({ page }) => {
  const minted = page.waitForResponse('**/api/credentials');
  await write(
    page,
    `console.log(process.env.RELAY_API_KEY, JSON.stringify(process.env));
const r = await fetch(process.env.RELAY_URL + '/v1/messages?q=' + process.env.RELAY_API_KEY, { headers: { 'X-Copy': String(process.env.RELAY_API_KEY), Authorization: 'Bearer ' + process.env.RELAY_API_KEY } });
console.log(r.status, r.url, [...r.headers].length);\n`,
  );
  const calls: { url: string; copy: string | undefined; auth: string | undefined }[] = [];
  page.on('request', (request) => {
    const headers = request.headers();
    if (request.url().includes('/v1/'))
      calls.push({ url: request.url(), copy: headers['x-copy'], auth: headers.authorization });
  });
  await run(page).click();
  const { secret } = await (await minted).json();
  await expect(log(page)).toContainText(/Exit code/);
  // The real key is in one place only.
  expect(calls.find(({ auth }) => auth === `Bearer ${secret}`)).toBeDefined();
  expect(calls.some(({ url, copy }) => url.includes(secret) || copy?.includes(secret))).toBe(false);
  const everywhere = await page.evaluate(() =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      document.documentElement.outerHTML,
    ]),
  );
  expect(everywhere).not.toContain(secret);
  for (const frame of page.frames()) {
    if (frame !== page.mainFrame()) expect(await frame.content()).not.toContain(secret);
  }
});

test('a reader on a phone edits in place, without the large editor', async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    viewport: { width: 375, height: 800 },
    hasTouch: true,
    isMobile: true,
    ...(baseURL ? { baseURL } : {}),
  });
  const page = await context.newPage();
  await page.goto('/quickstart/');
  await page.getByRole('group', { name: 'Code editor' }).tap();
  const area = page.getByRole('textbox', { name: 'index.ts' });
  await area.fill(`console.log('from a phone');`);
  await run(page).tap();
  await expect(log(page)).toContainText('from a phone');
  await expect(page.locator('fc-sandbox')).not.toHaveAttribute('data-editor', 'monaco');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await context.close();
});

test('a reader with a keyboard gets into the editor and out again', async ({ page }) => {
  await page.getByRole('tab', { name: 'index.ts' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'message.ts' })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  for (const name of ['Share', 'Reset', 'Run']) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name, exact: true })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(page.locator('fc-sandbox')).toHaveAttribute('data-editor', 'monaco');
  await expect(page.locator('fc-sandbox .monaco :focus')).toHaveCount(1);
  await page.keyboard.press('Tab');
  await expect(log(page)).toBeFocused();
});

test('nothing moves when the large editor takes the place of the text', async ({ page }) => {
  const places = () =>
    page.evaluate(() =>
      ['.code', '[role=log]', '[data-inbox]'].map((part) => {
        const box = document.querySelector(`fc-sandbox ${part}`)?.getBoundingClientRect();
        return [box?.left, (box?.top ?? 0) + scrollY, box?.width, box?.height].map((n) => Math.round(n ?? 0));
      }),
    );
  const textAt = (selector: string) =>
    page.evaluate((what) => {
      const line = document.querySelector(`fc-sandbox ${what}`);
      const range = document.createRange();
      range.selectNodeContents(line ?? document.body);
      const [box] = range.getClientRects();
      return [Math.round(box?.left ?? 0), Math.round((box?.top ?? 0) + scrollY)];
    }, selector);
  const before = await places();
  const text = await textAt('.line .k');
  await page.getByRole('group', { name: 'Code editor' }).hover();
  await expect(page.locator('fc-sandbox')).toHaveAttribute('data-editor', 'monaco');
  await expect(page.locator('.view-line')).not.toHaveCount(0);
  expect(await places()).toEqual(before);
  const [left, top] = await textAt('.view-line');
  expect(Math.abs((left ?? 0) - (text[0] ?? 0))).toBeLessThanOrEqual(1);
  expect(Math.abs((top ?? 0) - (text[1] ?? 0))).toBeLessThanOrEqual(3);
});

test('the editor knows the types of the sample', async ({ page }) => {
  await write(
    page,
    `const { RELAY_URL } = process.env;\nconst r = await fetch(RELAY_URL + '/v1/me');\nimport { newMessage } from './message.ts';\nr.stats;\nnewMessage.bodi;\n`,
  );
  // The language service is a worker of 7 MB, and the machine may be busy.
  await expect(page.locator('.squiggly-error')).toHaveCount(2, { timeout: 20_000 });
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
});

test('a reader hears that the sandbox could not start, when its frame does not come', async ({ page }) => {
  await page.route('**/_sandbox/frame.html', (route) => route.abort());
  await run(page).click();
  await expect(log(page)).toContainText(/The sandbox could not start\. .+ Reload the page/, {
    timeout: 15_000,
  });
  await expect(state(page)).toHaveText('Not started');
  await page.unroute('**/_sandbox/frame.html');
  await run(page).click();
  await expect(state(page)).toHaveText('Done');
});

test('a reader can stop a run that is still waiting for the portal', async ({ page }) => {
  await page.route('**/api/config', () => {});
  await run(page).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(log(page)).toContainText('Stopped after');
});

test('a reader without the built-in API sees no inbox', async ({ page }) => {
  await page.route('**/api/inbox', (route) => route.fulfill({ status: 404, json: { code: 'not_found' } }));
  await run(page).click();
  await expect(state(page)).toHaveText('Done');
  await expect(page.getByRole('region', { name: 'Inbox' })).toBeHidden();
});

test('the portal hears how a run went', async ({ page }) => {
  const reported = page.waitForRequest('**/api/onboarding-events');
  await run(page).click();
  expect((await reported).postDataJSON()).toEqual({
    name: 'sample_run',
    sample: 'first-call',
    language: 'typescript',
    status: 'succeeded',
  });
});
