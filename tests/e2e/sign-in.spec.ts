import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../support/free-port.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectReadable } from './support/readable.ts';

let portal: OwnPortal;
let server: SMTPServer;
const letters: Email[] = [];
let people = 0;
/** Nobody’s tests are in the way of anybody else’s limits. */
const someone = () => `person-${process.pid}-${people++}@example.com`;

test.beforeAll(async () => {
  const port = await freePort();
  server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        letters.push(await PostalMime.parse(Buffer.concat(chunks)));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  portal = await startOwnPortal({ SMTP_URL: `smtp://127.0.0.1:${port}`, KEYS_PER_HOUR: '1000' });
});

test.afterAll(async () => {
  await portal.close();
  await new Promise<void>((resolve) => server.close(resolve));
});

/** The newest link that was written to somebody. */
function linkFor(email: string): string {
  const letter = letters.findLast(({ to }) => to?.some(({ address }) => address === email));
  const [link] = /http:\/\/\S+\/sign-in\/\w+/.exec(letter?.text ?? '') ?? [];
  if (!link) throw new Error(`Nothing was written to ${email}.`);
  return link;
}

async function askForLink(page: Page, email: string, next = '') {
  await page.goto(`${portal.url}/sign-in${next && `?next=${encodeURIComponent(next)}`}`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expect(page.getByRole('status')).toContainText(email);
}

/** A developer of this browser with one key and one call; returns the key. */
async function begin(page: Page): Promise<{ secret: string; developer_id: string }> {
  await page.goto(`${portal.url}/`);
  const issued = await page.evaluate(async () => {
    const body = JSON.stringify({ origin: 'own_machine' });
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch('/api/credentials', { method: 'POST', headers, body })).json();
  });
  await page.request.get(`${portal.url}/v1/me`, { headers: { Authorization: `Bearer ${issued.secret}` } });
  return issued;
}

const whoIs = async (context: BrowserContext) =>
  (await (await context.request.get(`${portal.url}/api/progress`)).json()).developer_id;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('a link signs in, and leads back to where it was wanted', async ({ page }) => {
      const email = someone();
      await askForLink(page, email, '/guides/keys/');
      await page.goto(linkFor(email));
      await expect(page.getByText(`As ${email}.`)).toBeVisible();
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL(`${portal.url}/guides/keys/`);
      await page.goto(linkFor(email));
      await expect(page.getByRole('heading', { name: 'This link has ended' })).toBeVisible();
      await expect(page.getByText('You are signed in.')).toBeVisible();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await expect(page).toHaveURL(`${portal.url}/`);
      await page.goto(`${portal.url}/sign-in`);
      await expect(page.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
    });

    test('a password chosen on the way lets the person in from then on', async ({ page, context }) => {
      const email = someone();
      await askForLink(page, email, '/guides/keys/');
      await page.goto(linkFor(email));
      await page.getByLabel('Password, if you want one').fill('correct horse battery');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL(`${portal.url}/guides/keys/`);
      const developer = await whoIs(context);
      await context.clearCookies();
      await page.goto(`${portal.url}/sign-in?next=%2Fguides%2Fkeys%2F`);
      await page.getByRole('link', { name: 'Use a password' }).click();
      await page.getByLabel('E-mail address').fill(email.toUpperCase());
      await page.getByLabel('Password').fill('a wrong one');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert')).toContainText('do not belong together');
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password').fill('correct horse battery');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL(`${portal.url}/guides/keys/`);
      expect(await whoIs(context)).toBe(developer);
    });

    test('what a program began is taken over after a sign-in, and only the keys that are ticked go on', async ({
      page,
      context,
    }) => {
      const issue = async () => (await fetch(`${portal.url}/api/credentials`, { method: 'POST' })).json();
      const ask = (path: string, secret: string) =>
        fetch(portal.url + path, { headers: { Authorization: `Bearer ${secret}` } });
      const [ticked, unticked] = [await issue(), await issue()];
      const email = someone();
      for (const [program, keep] of [
        [ticked, true],
        [unticked, false],
      ]) {
        await page.goto(program.claim_url);
        const signIn = page.getByRole('link', { name: 'Sign in' }).last();
        if (keep) {
          await signIn.click();
          await page.getByLabel('E-mail address').fill(email);
          await page.getByRole('button', { name: 'Send me a link' }).click();
          await expect(page.getByRole('status')).toContainText(email);
          await page.goto(linkFor(email));
          await page.getByRole('button', { name: 'Sign in' }).click();
          await expect(page).toHaveURL(program.claim_url);
          await page.getByRole('checkbox').check();
        }
        await page.getByRole('button', { name: 'Take it over' }).click();
        await expect(page).toHaveURL(`${portal.url}/keys`);
      }
      expect((await ask('/v1/me', ticked.secret)).status).toBe(200);
      expect((await ask('/v1/me', unticked.secret)).status).toBe(401);
      const answer = await ask('/api/progress', ticked.secret);
      expect((await answer.json()).developer_id).toBe(await whoIs(context));
      expect((await page.goto(ticked.claim_url))?.status()).toBe(410);
    });
  });
}

test('one field and two clicks keep what was begun, and the open page ticks by itself', async ({
  page,
  context,
}) => {
  const email = someone();
  const { secret, developer_id } = await begin(page);
  await page.reload();
  // Until its script has come, the form leads to a page of its own.
  await page.waitForLoadState('networkidle');
  const step = page.getByRole('list', { name: 'Your path' }).locator('[data-step="keep_it"]');
  await step.getByLabel('E-mail address').fill(email);
  await step.getByRole('button', { name: 'Keep this' }).click();
  await expect(step.getByRole('status')).toContainText(`A link is on its way to ${email}`);
  await expect(step).toHaveAttribute('data-state', 'todo');
  const tab = await context.newPage();
  await tab.goto(linkFor(email));
  await tab.getByRole('button', { name: 'Keep it' }).click();
  await expect(tab).toHaveURL(`${portal.url}/`);
  for (const open of [page, tab]) {
    await expect(open.locator('[data-step="keep_it"]')).toHaveAttribute('data-state', 'done');
    await expect(open.locator('form.keep')).toBeHidden();
  }
  expect(await whoIs(context)).toBe(developer_id);
  const answer = await page.request.get(`${portal.url}/v1/me`, {
    headers: { Authorization: `Bearer ${secret}` },
  });
  expect(answer.status()).toBe(200);
});

test('what is begun in a second browser joins the first, and its open page shows both', async ({
  page,
  browser,
}) => {
  const email = someone();
  await begin(page);
  await askForLink(page, email, '/');
  await page.goto(linkFor(email));
  await page.getByRole('button', { name: 'Keep it' }).click();
  await expect(page).toHaveURL(`${portal.url}/`);
  const second = await browser.newContext();
  const open = await second.newPage();
  await begin(open);
  await open.reload();
  const step = open.locator('[data-step="keep_it"]');
  await step.getByLabel('E-mail address').fill(email);
  await step.getByRole('button', { name: 'Keep this' }).click();
  await expect(step.getByRole('status')).toContainText(email);
  const tab = await second.newPage();
  await tab.goto(linkFor(email));
  await tab.getByRole('button', { name: 'Keep it' }).click();
  await expect(step).toHaveAttribute('data-state', 'done');
  expect(await whoIs(second)).toBe(await whoIs(page.context()));
  await second.close();
});

test('in another browser the link takes nothing along, says so, and offers to write to that browser', async ({
  page,
  browser,
}) => {
  const email = someone();
  await askForLink(page, email);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  const { developer_id } = await begin(other);
  await other.goto(linkFor(email));
  await expect(other.getByText('asked for in another browser')).toContainText('1 key');
  await other.getByRole('button', { name: 'Send a link to this browser, to keep them' }).click();
  await expect(other.getByRole('status')).toContainText(email);
  await other.goto(linkFor(email));
  await other.getByRole('button', { name: 'Keep it' }).click();
  expect(await whoIs(elsewhere)).toBe(developer_id);
  await elsewhere.close();
});

test('a mail scanner that opens every link uses none up', async ({ page, request }) => {
  const email = someone();
  await askForLink(page, email, '/guides/keys/');
  const program = await (await fetch(`${portal.url}/api/credentials`, { method: 'POST' })).json();
  for (const link of [linkFor(email), program.claim_url]) {
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS']) await request.fetch(link, { method });
    expect((await request.get(link)).status()).toBe(200);
  }
  await page.goto(linkFor(email));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(`${portal.url}/guides/keys/`);
});

test('whoever asks too often is told so, and when to come back', async ({ page }) => {
  const email = someone();
  for (let n = 0; n < 5; n += 1) await askForLink(page, email);
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Send another link' }).click();
  expect((await answer).status()).toBe(429);
  expect(Number((await answer).headers()['retry-after'])).toBeGreaterThan(0);
  await expect(page.getByRole('alert')).toContainText('Many links were asked for lately');
  await expect(page.getByLabel('E-mail address')).toHaveValue(email);
});

test('a password of ten megabytes is refused before anybody looks at it', async ({ page, request }) => {
  const form = { email: someone(), password: 'a'.repeat(10_000_000) };
  const headers = { Origin: portal.url };
  const path = `${portal.url}/sign-in?_action=signInWithPassword&with=password`;
  expect((await request.post(path, { form, headers })).status()).toBe(413);
  await page.goto(`${portal.url}/sign-in?with=password`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a wrong link is one page, whatever is wrong with it', async ({ page }) => {
  for (const path of ['/sign-in/abc', '/sign-in/%00', '/claim/abc', `/claim/${'a'.repeat(5_000)}`]) {
    expect((await page.goto(portal.url + path))?.status()).toBe(410);
    await expect(page.getByRole('heading', { name: 'This link has ended' })).toBeVisible();
  }
});

test('the pages read well in both themes, on a phone and on a desk', async ({ page }) => {
  const email = someone();
  await begin(page);
  await askForLink(page, email);
  const program = await (await fetch(`${portal.url}/api/credentials`, { method: 'POST' })).json();
  for (const path of ['/sign-in', '/sign-in?with=password', linkFor(email), program.claim_url]) {
    await page.goto(new URL(path, portal.url).href);
    await expectReadable(page);
  }
});
