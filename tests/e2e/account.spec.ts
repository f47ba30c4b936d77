import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';
import { expectReadable } from './support/readable.ts';

let portal: OwnPortal;

test.beforeAll(async () => {
  portal = await startOwnPortal({ KEYS_PER_HOUR: '10000' });
});

test.afterAll(async () => {
  await portal.close();
});

/** Chromium's own authenticator: a device that recognises its owner, and keeps passkeys. */
async function withDevice(page: Page): Promise<{ session: CDPSession; id: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id: authenticatorId };
}

/** A developer of this browser's own, with a key. */
async function begin(page: Page): Promise<{ secret: string; developer_id: string }> {
  await page.goto(`${portal.url}/account/deleted`);
  return page.evaluate(async () => (await fetch('/api/credentials', { method: 'POST' })).json());
}

async function keepWithPasskey(page: Page) {
  await page.goto(`${portal.url}/sign-in?next=/account`);
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await expect(page).toHaveURL(`${portal.url}/account`);
}

/** Without a mail server a mail is a file. */
async function linkInMail(to: string): Promise<string> {
  const folder = join(portal.data, 'outbox');
  for (const file of await readdir(folder)) {
    const mail = (await readFile(join(folder, file), 'utf8')).replace(/=\n/g, '');
    const link = mail.includes(`To: ${to}`) ? /https?:\/\/\S+/.exec(mail)?.[0] : undefined;
    if (link) return link;
  }
  throw new Error(`No mail was written to ${to}.`);
}

async function addAddress(page: Page, email: string) {
  await page.getByLabel('Add an e-mail address').fill(email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByText(`A mail is written to ${email}.`)).toBeVisible();
  await page.goto(await linkInMail(email));
  await page.getByRole('button', { name: 'Add it' }).click();
  await expect(page.getByText(`${email} is one of your ways in now.`)).toBeVisible();
}

const me = (secret: string) =>
  fetch(`${portal.url}/v1/me`, { headers: { Authorization: `Bearer ${secret}` } });

test('a passkey keeps what the browser began, in two clicks and without a field', async ({
  page,
  browser,
}) => {
  const device = await withDevice(page);
  const { secret } = await begin(page);
  await page.goto(`${portal.url}/account`);
  await expect(page.getByRole('main')).toContainText('You have not signed up');
  await page.getByRole('link', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'Ways to sign in' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Passkey/ })).toBeVisible();
  expect((await me(secret)).status).toBe(200);

  // Another browser with the same passkey, as phones and laptops share them.
  const { credentials } = await device.session.send('WebAuthn.getCredentials', {
    authenticatorId: device.id,
  });
  const elsewhere = await browser.newPage();
  const copy = await withDevice(elsewhere);
  for (const credential of credentials) {
    await copy.session.send('WebAuthn.addCredential', { authenticatorId: copy.id, credential });
  }
  await elsewhere.goto(`${portal.url}/sign-in?next=/account`);
  await elsewhere.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(elsewhere).toHaveURL(`${portal.url}/account`);

  await page.reload();
  await expect(page.getByRole('group', { name: 'Table of sessions' }).getByRole('row')).toHaveCount(3);
  await page.getByRole('button', { name: 'End all others' }).click();
  await expect(page.getByText('One session has ended.')).toBeVisible();
  expect((await elsewhere.goto(`${portal.url}/account`))?.status()).toBe(401);
});

test('a passkey does not work at another address of the same machine', async ({ page }) => {
  await withDevice(page);
  await page.goto(`${portal.url.replace('localhost', '127.0.0.1')}/sign-in`);
  await page.getByRole('button', { name: 'Begin with a new passkey' }).click();
  await expect(page.getByText('Passkeys work only at the portal’s own address')).toBeVisible();
});

test('a device that has a passkey for the account says so instead of making another', async ({ page }) => {
  await withDevice(page);
  await begin(page);
  await keepWithPasskey(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('This device has a passkey for this account already.')).toBeVisible();
});

test('a device on which nobody is recognised lets nobody in, and the page can be used again', async ({
  page,
}) => {
  const device = await withDevice(page);
  await begin(page);
  await device.session.send('WebAuthn.setUserVerified', {
    authenticatorId: device.id,
    isUserVerified: false,
  });
  await page.goto(`${portal.url}/sign-in?next=/account`);
  const create = page.getByRole('button', { name: 'Create a passkey' });
  await create.click();
  await expect(create).toBeEnabled({ timeout: 70_000 });
  await device.session.send('WebAuthn.setUserVerified', { authenticatorId: device.id, isUserVerified: true });
  await create.click();
  await expect(page).toHaveURL(`${portal.url}/account`);
});

test('one file holds everything, and one word deletes it', async ({ page }) => {
  await withDevice(page);
  const { secret, developer_id } = await begin(page);
  await keepWithPasskey(page);
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download as JSON' }).click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(/^firstcall-\d{4}-\d\d-\d\d\.json$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    developer: [{ id: developer_id }],
    identity: [{ issuer: 'passkey' }],
    credential: [{ environment: 'test' }],
  });
  expect(text).not.toContain(secret);

  const word = page.getByLabel('Write delete to confirm');
  await word.fill('remove');
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await expect(page.getByRole('alert')).toContainText('Write the word delete');
  expect((await me(secret)).status).toBe(200);
  await word.fill('delete');
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await expect(page.getByRole('heading', { name: 'Everything is deleted' })).toBeVisible();
  expect((await me(secret)).status).toBe(401);
  expect((await page.goto(`${portal.url}/account`))?.status()).toBe(401);
});

test('somebody who never signed up deletes what they began as well', async ({ page }) => {
  const { secret } = await begin(page);
  await page.goto(`${portal.url}/account`);
  await page.getByLabel('Write delete to confirm').fill('delete');
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await expect(page.getByRole('heading', { name: 'Everything is deleted' })).toBeVisible();
  expect((await me(secret)).status).toBe(401);
  expect(await page.context().cookies()).toEqual([]);
});

test('an address is added by the link in a mail, and then takes a password', async ({ page }) => {
  await withDevice(page);
  await begin(page);
  await keepWithPasskey(page);
  await addAddress(page, 'ada@example.com');
  await page.getByLabel('Password, at least 8 characters').fill('a long and quiet afternoon');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('The password is set.')).toBeVisible();
  await page.getByRole('button', { name: /^Remove Passkey/ }).click();
  await expect(page.getByText('is removed. Whoever was signed in elsewhere')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Remove Link/ })).toHaveCount(0);
});

test('it reads well in both themes, on a phone and on a desk', async ({ page }) => {
  await withDevice(page);
  await begin(page);
  await keepWithPasskey(page);
  await addAddress(page, 'grace.hopper@example.com');
  for (const path of ['/account', '/account/deleted', '/account/email/none']) {
    await page.goto(`${portal.url}${path}`);
    await expectReadable(page);
  }
});
