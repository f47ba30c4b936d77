import { expect, test } from 'vitest';
import { previewLink, useLink } from '../../src/features/sign-in/email-link.ts';
import { signInWithPassword } from '../../src/features/sign-in/password.ts';
import { countQueries } from '../support/count-queries.ts';
import { onEachDatabase } from '../support/database.ts';
import { createMailServer, startMailServer, tokenIn } from '../support/mail-server.ts';
import { cookiesOf, HOUR, NOON, startPortal, type TestPortal } from '../support/portal.ts';

const ADA = 'ada@example.com';
const MINUTE = 60_000;
const browser = (cookies: string | null) => ({ cookies, client: 'Firefox on Linux' });
const ask = (at: TestPortal, email: string, cookie?: string) =>
  at.call('/api/sign-in-links', { body: { email }, ...(cookie && { cookie }) });

/** Asks for a link in a browser, and returns the link's token and the cookies the browser then has. */
async function asked(
  at: TestPortal,
  server: { letters: Parameters<typeof tokenIn>[0][] },
  email: string,
  cookie = '',
) {
  const response = await ask(at, email, cookie || undefined);
  expect(response.status).toBe(202);
  return {
    token: tokenIn(server.letters.at(-1)),
    cookies: [cookie, cookiesOf(response)].filter(Boolean).join('; '),
  };
}

async function withMail(database: Parameters<typeof startPortal>[0]) {
  const server = await startMailServer();
  const at = await startPortal(database, { env: { SMTP_URL: server.url } });
  return { at, server, portal: at.portal };
}

onEachDatabase('a link by e-mail', (database) => {
  test('makes what was begun in this browser the person’s own', async () => {
    const { at, server, portal } = await withMail(database);
    const { cookie, secret, developer_id } = await at.issueKey('own_machine');
    const { token, cookies } = await asked(at, server, ` ADA@Example.com`, cookie);
    expect(server.letters[0]).toMatchObject({ to: [{ address: ADA }], subject: 'Your link to Firstcall' });
    expect(await previewLink(portal.ctx, token, cookies)).toEqual({
      email: ADA,
      isNew: true,
      sameBrowser: true,
    });
    const entry = await useLink(portal, { token, browser: browser(cookies), password: null });
    expect(entry).toMatchObject({ outcome: 'claimed', developerId: developer_id, next: null });
    at.clock.now += 60 * 24 * HOUR;
    expect((await at.call('/v1/me', { key: secret })).status).toBe(200);
  });

  test('works once, for thirty minutes, and is only stored as a hash', async () => {
    const { at, server, portal } = await withMail(database);
    const { token, cookies } = await asked(at, server, ADA);
    expect(
      JSON.stringify(await portal.ctx.db.selectFrom('sign_in_link').selectAll().execute()),
    ).not.toContain(token);
    expect(JSON.stringify(await portal.ctx.db.selectFrom('mail').selectAll().execute())).not.toContain(token);
    const use = () => useLink(portal, { token, browser: browser(cookies), password: null });
    const racers = await Promise.allSettled(Array.from({ length: 100 }, use));
    expect(racers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(use()).rejects.toMatchObject({ status: 410, code: 'link_expired' });

    const old = await asked(at, server, ADA);
    at.clock.now += 30 * MINUTE;
    expect(await previewLink(portal.ctx, old.token, old.cookies)).toBeNull();
    await expect(
      useLink(portal, { token: old.token, browser: browser(old.cookies), password: null }),
    ).rejects.toMatchObject({ code: 'link_expired' });
  });

  test.each(['', 'x', 'a'.repeat(40), 'A'.repeat(100_000), '../../etc/passwd', '%00', "' or 1=1 --"])(
    'that reads %j leads nowhere',
    async (token) => {
      const { portal } = await startPortal(database);
      expect(await previewLink(portal.ctx, token, null)).toBeNull();
      await expect(useLink(portal, { token, browser: browser(null), password: null })).rejects.toMatchObject({
        status: 410,
      });
    },
  );

  test('that lost its end leads nowhere', async () => {
    const { at, server, portal } = await withMail(database);
    const { token } = await asked(at, server, ADA);
    expect(await previewLink(portal.ctx, token.slice(0, -1), null)).toBeNull();
    expect(await previewLink(portal.ctx, token, null)).not.toBeNull();
  });

  test('opened elsewhere signs in there, and takes nothing of that browser along', async () => {
    const { at, server, portal } = await withMail(database);
    const { token } = await asked(at, server, ADA);
    const elsewhere = await at.issueKey('own_machine');
    expect(await previewLink(portal.ctx, token, elsewhere.cookie)).toMatchObject({ sameBrowser: false });
    const entry = await useLink(portal, { token, browser: browser(elsewhere.cookie), password: null });
    expect(entry.outcome).toBe('created');
    expect(entry.developerId).not.toBe(elsewhere.developer_id);
    expect((await at.progress(elsewhere.secret)).claimed_at).toBeNull();
  });

  test('leads back to where it was asked for, and never to another site', async () => {
    const { at, server, portal } = await withMail(database);
    for (const [next, leadsTo] of [
      ['/claim/abc', '/claim/abc'],
      ['//evil.example/', null],
    ] as const) {
      const response = await at.call('/api/sign-in-links', { body: { email: ADA, next } });
      const entry = await useLink(portal, {
        token: tokenIn(server.letters.at(-1)),
        browser: browser(cookiesOf(response)),
        password: null,
      });
      expect(entry.next).toBe(leadsTo);
    }
  });

  test('is asked for with the same answer whether somebody has the address or not', async () => {
    const { at, server, portal } = await withMail(database);
    const { token, cookies } = await asked(at, server, ADA);
    await useLink(portal, { token, browser: browser(cookies), password: null });
    const queries = countQueries(portal.ctx.db);
    const answers = [];
    for (const email of [ADA, 'bob@example.com']) {
      const response = await ask(at, email);
      answers.push({
        status: response.status,
        body: (await response.text()).replaceAll(email, '…'),
        cookies: response.headers.getSetCookie().map((cookie) => cookie.replace(/=\w{40}/, '=…')),
        queries: queries.take(),
      });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 202, body: '{"email":"…","delivery":"sent"}' });
    expect(server.letters.slice(-2).map(({ text = '' }) => text.replace(/\S+@\S+|\w{40}/g, '…'))).toEqual([
      expect.any(String),
      server.letters[1]?.text?.replace(/\S+@\S+|\w{40}/g, '…'),
    ]);
  });

  test('that waits for the mail server is not lost, and its time begins when it is sent', async () => {
    const server = await createMailServer();
    const at = await startPortal(database, { env: { SMTP_URL: server.url } });
    const { cookie, developer_id } = await at.issueKey('own_machine');
    const response = await ask(at, ADA, cookie);
    expect(await response.json()).toEqual({ email: ADA, delivery: 'waiting' });
    at.clock.now += 2 * HOUR;
    await server.start();
    await at.portal.outbox.sendDue();
    at.clock.now += 29 * MINUTE;
    const cookies = `${cookie}; ${cookiesOf(response)}`;
    const link = { token: tokenIn(server.letters[0]), browser: browser(cookies), password: null };
    expect(await useLink(at.portal, link)).toMatchObject({ outcome: 'claimed', developerId: developer_id });
  });

  test('is written to one mailbox five times in a quarter of an hour, and no more', async () => {
    const { at, server } = await withMail(database);
    for (let n = 0; n < 5; n += 1) expect((await ask(at, ADA)).status).toBe(202);
    const refused = await ask(at, 'ADA@example.com');
    expect(await refused.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(server.letters).toHaveLength(5);
    expect((await ask(at, 'bob@example.com')).status).toBe(202);
    at.clock.now += 15 * MINUTE;
    expect((await ask(at, ADA)).status).toBe(202);
  });

  test.each([
    '',
    'ada',
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nBcc: e@example.com',
    null,
    7,
    {},
  ])('is not written to %j', async (email) => {
    const { at, server } = await withMail(database);
    const response = await at.call('/api/sign-in-links', { body: { email } });
    expect(await response.json()).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(server.letters).toEqual([]);
  });
});

onEachDatabase('a password', (database) => {
  const PASSWORD = 'correct horse battery staple';
  const signIn = (at: TestPortal, email: string, password: string, cookies: string | null = null) =>
    signInWithPassword(at.portal, { email, password, browser: browser(cookies) });

  async function withPassword() {
    const { at, server, portal } = await withMail(database);
    const { token, cookies } = await asked(at, server, ADA);
    const { developerId } = await useLink(portal, { token, browser: browser(cookies), password: PASSWORD });
    return { at, server, portal, developerId };
  }

  test('chosen with the first link lets the person in, and takes their browser’s keys along', async () => {
    const { at, developerId } = await withPassword();
    const { cookie, secret } = await at.issueKey('own_machine');
    expect(await signIn(at, ADA, PASSWORD, cookie)).toMatchObject({ outcome: 'merged', developerId });
    expect((await at.progress(secret)).developer_id).toBe(developerId);
  });

  test('is stored with Argon2id, 19 MiB, two passes', async () => {
    const { portal } = await withPassword();
    const { hash } = await portal.ctx.db.selectFrom('password').selectAll().executeTakeFirstOrThrow();
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('is not changed by a later link', async () => {
    const { at, server, portal } = await withPassword();
    const { token, cookies } = await asked(at, server, ADA);
    await useLink(portal, { token, browser: browser(cookies), password: 'another password' });
    await expect(signIn(at, ADA, 'another password')).rejects.toMatchObject({ code: 'wrong_password' });
  });

  test('that is wrong is refused with the same words and the same questions as an unknown address', async () => {
    const { at, server, portal } = await withPassword();
    const { token, cookies } = await asked(at, server, 'nopassword@example.com');
    await useLink(portal, { token, browser: browser(cookies), password: null });
    const queries = countQueries(portal.ctx.db);
    const refusals = [];
    for (const email of [ADA, 'nopassword@example.com', 'unknown@example.com']) {
      const refused = await signIn(at, email, 'wrong password').catch((error: unknown) => error);
      refusals.push({ refused, queries: queries.take() });
    }
    expect(refusals[0]).toMatchObject({ refused: { status: 401, code: 'wrong_password' } });
    expect(refusals[1]).toEqual(refusals[0]);
    expect(refusals[2]).toEqual(refusals[0]);
    expect(refusals[0]?.queries).toHaveLength(1);
  });

  test('is compared by four at a time at most, and by nobody once sixty-four wait', async () => {
    const { at, developerId } = await withPassword();
    const tries = Array.from({ length: 100 }, () => signIn(at, ADA, 'wrong password'));
    const refused = await Promise.allSettled(tries);
    const codes = refused.map((one) => (one.status === 'rejected' ? one.reason.code : 'in'));
    expect(new Set(codes)).toEqual(new Set(['wrong_password', 'busy']));
    expect(codes.filter((code) => code === 'wrong_password').length).toBeLessThanOrEqual(68);
    expect(await signIn(at, ADA, PASSWORD)).toMatchObject({ developerId });
  });
});

test('a cookie of another program on this host that is no valid text stops nobody', async () => {
  const at = await startPortal('SQLite');
  const { cookie } = await at.issueKey();
  expect((await at.call('/api/progress', { cookie: `broken=%zz; %=%; ${cookie}` })).status).toBe(200);
  expect(at.clock.now).toBe(NOON);
});
