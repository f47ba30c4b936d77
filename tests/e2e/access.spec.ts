import { expect, test } from '@playwright/test';
import { parseConfig } from '../../src/config.ts';
import { createStaff } from '../../src/features/developers/developer-store.ts';
import { ACTIONS, type Caller, PAGES } from '../../src/http/policy.ts';
import { createLog } from '../../src/log.ts';
import { openPortal, type Portal } from '../../src/portal.ts';
import { cookieHeader } from '../support/callers.ts';
import { everyRow } from '../support/snapshot.ts';
import { type OwnPortal, startOwnPortal } from './support/own-portal.ts';

/** The built portal, and a second hand in its database that gives sessions to whom it likes. */
let running: OwnPortal;
let hand: Portal;
let cookies: Record<Caller, string>;

test.beforeAll(async () => {
  running = await startOwnPortal();
  const config = parseConfig({ DATA_DIR: running.data, PUBLIC_URL: running.url, LOG_LEVEL: 'silent' });
  hand = await openPortal({ config, log: createLog('silent') });
  const staff = async (role: 'author' | 'pm' | 'admin') => {
    const id = await createStaff(hand.ctx.db, role, Date.now());
    return cookieHeader(await hand.staff.begin(id, { signedIn: true }));
  };
  const visitor = async (signedIn: boolean) => {
    const response = await fetch(`${running.url}/api/credentials`, { method: 'POST' });
    const { developer_id } = await response.json();
    if (!signedIn) return cookieHeader(response.headers.getSetCookie());
    await hand.ctx.db
      .updateTable('developer')
      .set({ claimed_at: Date.now() })
      .where('id', '=', developer_id)
      .execute();
    return cookieHeader(await hand.visitors.begin(developer_id, { signedIn }));
  };
  cookies = {
    nobody: '',
    anonymous: await visitor(false),
    developer: await visitor(true),
    author: await staff('author'),
    pm: await staff('pm'),
    admin: await staff('admin'),
  };
});

test.afterAll(async () => {
  await hand.close();
  await running.close();
});

/** A page's address with something in place of each parameter. */
const fill = (page: string) => page.replace(/\[\w+\]/g, 'something');

for (const [page, { allow }] of Object.entries<{ allow: readonly Caller[] }>(PAGES)) {
  test(`${page} opens for ${allow.length === 6 ? 'everybody' : allow.join(', ')} and for nobody else`, async () => {
    for (const [caller, cookie] of Object.entries(cookies)) {
      const response = await fetch(running.url + fill(page), {
        headers: { Cookie: cookie },
        redirect: 'manual',
      });
      const text = await response.text();
      const admitted = allow.includes(caller as Caller);
      // A page may still have nothing to show: a link that is used up is a 410, a developer who is not there a 404.
      const expected = admitted ? [200, 303, 404, 410] : [401, 403];
      expect([caller, expected.includes(response.status), response.status]).toEqual([
        caller,
        true,
        response.status,
      ]);
      if (!admitted) expect(text).toMatch(/<h1[^>]*>(Sign in first|This account may not see this page)/);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });
}

/** Enough for any of the forms: whoever is let in does change something with it. */
const filled = {
  developer_id: '',
  id: 'cred_0',
  session: 'ses_0',
  token: 'something',
  role: 'pm',
  email: 'eve@example.com',
  password: 'correct horse battery',
  name: 'something',
  environment: 'test',
  issuer: 'email',
  subject: 'eve@example.com',
  word: 'delete',
};

test('a form does nothing for whom it is not meant, on whatever page it is sent', async () => {
  filled.developer_id = await createStaff(hand.ctx.db, 'author', Date.now());
  const before = JSON.stringify(await everyRow(hand.ctx));
  for (const [action, { allow }] of Object.entries<{ allow: readonly Caller[] }>(ACTIONS)) {
    for (const [caller, cookie] of Object.entries(cookies)) {
      if (allow.includes(caller as Caller)) continue;
      for (const path of [
        ...Object.keys(PAGES).map((page) => `${fill(page)}?_action=${action}`),
        `/_actions/${action}`,
      ]) {
        const response = await fetch(running.url + path, {
          method: 'POST',
          body: new URLSearchParams(filled),
          headers: { Cookie: cookie, Origin: running.url },
          redirect: 'manual',
        });
        await response.text();
        expect([401, 403], `${caller} sent ${path}`).toContain(response.status);
      }
    }
  }
  expect(JSON.stringify(await everyRow(hand.ctx))).toBe(before);
  for (const action of ['changeRole', 'invitePerson', 'createRootKey']) {
    await fetch(`${running.url}/admin?_action=${action}`, {
      method: 'POST',
      body: new URLSearchParams(filled),
      headers: { Cookie: cookies.admin, Origin: running.url },
    });
  }
  const after = await everyRow(hand.ctx);
  expect(after.root_key).toHaveLength(1);
  expect(after.mail).toHaveLength(1);
  expect(after.audit?.filter((row) => row.includes('role.changed'))).toHaveLength(1);
});

test('a page is not shown to those it is not for because a form of everybody’s was sent there', async () => {
  for (const caller of ['nobody', 'developer', 'author'] as const) {
    const response = await fetch(`${running.url}/insights?_action=signOut`, {
      method: 'POST',
      headers: {
        Cookie: cookies[caller],
        Origin: running.url,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      redirect: 'manual',
    });
    expect([caller, response.status]).toEqual([caller, caller === 'nobody' ? 401 : 403]);
    expect(await response.text()).not.toContain('Time to first call');
  }
});

test('another site’s page sends no form, whatever its type', async () => {
  const before = JSON.stringify(await everyRow(hand.ctx));
  const everyCookie = Object.values(cookies).join('; ');
  for (const action of Object.keys(ACTIONS)) {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/json',
      '',
    ]) {
      for (const origin of [
        { Origin: 'https://evil.example' },
        { Origin: 'null' },
        { 'Sec-Fetch-Site': 'cross-site' },
        {},
      ]) {
        const response = await fetch(`${running.url}/sign-in?_action=${action}`, {
          method: 'POST',
          body: 'a=b',
          headers: { Cookie: everyCookie, 'Content-Type': type, ...origin },
          redirect: 'manual',
        });
        expect([action, type, origin, response.status]).toEqual([action, type, origin, 403]);
      }
    }
  }
  expect(JSON.stringify(await everyRow(hand.ctx))).toBe(before);
});
