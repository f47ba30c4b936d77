import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enter } from '../../../src/features/claims/enter.ts';
import { findVerifiedEmail, listIdentities } from '../../../src/features/developers/identity-store.ts';
import {
  endOtherSessions,
  endSession,
  listOwnSessions,
} from '../../../src/features/developers/own-sessions.ts';
import { addEmail, askToAddEmail, previewAddedEmail } from '../../../src/features/sign-in/add-email.ts';
import { removePassword, setPassword } from '../../../src/features/sign-in/change-password.ts';
import { useLink } from '../../../src/features/sign-in/email-link.ts';
import { signInWithPassword } from '../../../src/features/sign-in/password.ts';
import { addWay, removeWay } from '../../../src/features/sign-in/ways.ts';
import { cookieHeader } from '../../support/callers.ts';
import { onEachDatabase } from '../../support/database.ts';
import { startPortal, type TestPortal } from '../../support/portal.ts';

const PASSWORD = 'a long and quiet afternoon';
const HUB = { issuer: 'https://id.example', label: 'Ada at the hub' };

/** Somebody who signed in with an address, or at a provider where none is given. */
async function arrived({ portal }: TestPortal, email: string | null, subject = 'ada') {
  const proof = email === null ? { ...HUB, subject } : { issuer: 'email', subject: email, label: email };
  const entry = await enter(portal, proof, { cookies: null, client: 'Firefox on Linux' });
  const cookie = cookieHeader(entry.setCookies);
  const owner = await portal.visitors.read(cookie);
  if (!owner) throw new Error('nobody arrived');
  return { ...owner, cookie };
}

/** The link in the one mail that was written; without a mail server it is a file. */
function tokenInMail({ portal }: TestPortal): { token: string; path: string } {
  const folder = join(portal.ctx.config.dataDir, 'outbox');
  const [file = ''] = readdirSync(folder);
  const mail = readFileSync(join(folder, file), 'utf8').replace(/=\n/g, '');
  const { pathname } = new URL(/https?:\/\/\S+/.exec(mail)?.[0] ?? '');
  return { token: pathname.split('/').at(-1) ?? '', path: pathname };
}

onEachDatabase('an account', (database) => {
  test('lists its sessions, ends one, and all others; nobody else’s', async () => {
    const at = await startPortal(database);
    const { ctx, visitors } = at.portal;
    const [first, second, third] = [
      await arrived(at, 'ada@example.com'),
      await arrived(at, 'ada@example.com'),
      await arrived(at, 'ada@example.com'),
    ];
    const bob = await arrived(at, 'bob@example.com');
    const listed = await listOwnSessions(ctx, third);
    expect(listed.map(({ current, client }) => [current, client])).toEqual([
      [true, 'Firefox on Linux'],
      [false, 'Firefox on Linux'],
      [false, 'Firefox on Linux'],
    ]);
    expect(listed.map(({ id }) => id)).toContain(first.sessionId);
    expect(JSON.stringify(listed)).not.toContain(first.cookie.split('=')[1]?.split(';')[0]);

    expect(await endSession(ctx, third.developerId, bob.sessionId)).toBe(false);
    expect(await endSession(ctx, third.developerId, first.sessionId)).toBe(true);
    expect(await visitors.read(first.cookie)).toBeNull();
    expect(await endOtherSessions(ctx, third.developerId, third.sessionId)).toBe(1);
    expect(await visitors.read(second.cookie)).toBeNull();
    expect(await visitors.read(third.cookie)).not.toBeNull();
    expect(await visitors.read(bob.cookie)).not.toBeNull();
  });

  test('keeps its last way in, however many are removed at once', async () => {
    const at = await startPortal(database);
    const { ctx, visitors } = at.portal;
    const ada = await arrived(at, 'ada@example.com');
    const elsewhere = await arrived(at, 'ada@example.com');
    const alone = removeWay(ctx, { ...ada, issuer: 'email', subject: 'ada@example.com' });
    await expect(alone).rejects.toMatchObject({ status: 409, code: 'last_way_in' });
    for (let n = 0; n < 9; n += 1) {
      await addWay(ctx.db, ctx.now(), ada.developerId, { ...HUB, subject: String(n) });
    }
    const ways = await listIdentities(ctx.db, ada.developerId);
    const removals = await Promise.allSettled(ways.map((way) => removeWay(ctx, { ...ada, ...way })));
    expect(removals.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await listIdentities(ctx.db, ada.developerId)).toHaveLength(1);
    expect(await visitors.read(ada.cookie)).not.toBeNull();
    expect(await visitors.read(elsewhere.cookie)).toBeNull();
    const bobs = removeWay(ctx, { ...ada, issuer: 'email', subject: 'bob@example.com' });
    expect(await bobs).toBeNull();
  });

  test('takes a password with an address, and a change of it ends every other session', async () => {
    const at = await startPortal(database);
    const { portal } = at;
    const without = await arrived(at, null);
    await expect(setPassword(portal, without, PASSWORD)).rejects.toMatchObject({ code: 'email_missing' });

    const ada = await arrived(at, 'ada@example.com');
    const thief = await arrived(at, 'ada@example.com');
    await setPassword(portal, ada, PASSWORD);
    expect(await portal.visitors.read(thief.cookie)).toBeNull();
    expect(await portal.visitors.read(ada.cookie)).not.toBeNull();
    const signIn = () =>
      signInWithPassword(portal, {
        email: 'ada@example.com',
        password: PASSWORD,
        browser: { cookies: null, client: null },
      });
    expect((await signIn()).developerId).toBe(ada.developerId);
    await removePassword(portal.ctx, ada);
    await expect(signIn()).rejects.toMatchObject({ code: 'wrong_password' });

    // A password does not outlive the address: the next address would bring it back.
    await setPassword(portal, ada, PASSWORD);
    await addWay(portal.ctx.db, portal.ctx.now(), ada.developerId, { ...HUB, subject: 'ada-too' });
    await removeWay(portal.ctx, { ...ada, issuer: 'email', subject: 'ada@example.com' });
    expect(await portal.ctx.db.selectFrom('password').selectAll().execute()).toEqual([]);
  });

  test('takes an address once its mailbox was shown to be read', async () => {
    const at = await startPortal(database);
    const { portal } = at;
    const ada = await arrived(at, null);
    await askToAddEmail(portal, { developerId: ada.developerId, email: 'ada@example.com' });
    expect(await findVerifiedEmail(portal.ctx.db, ada.developerId)).toBeNull();
    const { token, path } = tokenInMail(at);
    expect(path).toBe(`/account/email/${token}`);
    expect(await previewAddedEmail(portal.ctx, ada.developerId, token)).toBe('ada@example.com');
    const racers = await Promise.allSettled(
      Array.from({ length: 10 }, () => addEmail(portal.ctx, ada.developerId, token)),
    );
    expect(racers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await findVerifiedEmail(portal.ctx.db, ada.developerId)).toBe('ada@example.com');
    const back = await arrived(at, 'ada@example.com');
    expect(back.developerId).toBe(ada.developerId);
  });

  test('never gets an address because its owner opened a link that somebody else had sent', async () => {
    const at = await startPortal(database);
    const { portal } = at;
    const mallory = await arrived(at, null, 'mallory');
    await askToAddEmail(portal, { developerId: mallory.developerId, email: 'ada@example.com' });
    const { token } = tokenInMail(at);
    const ada = await arrived(at, null, 'ada');
    await expect(addEmail(portal.ctx, ada.developerId, token)).rejects.toMatchObject({ status: 410 });
    const browser = { cookies: null, client: null };
    const asSignIn = useLink(portal, { token, browser, password: null });
    await expect(asSignIn).rejects.toMatchObject({ status: 410 });
    expect(
      await portal.ctx.db.selectFrom('identity').where('issuer', '=', 'email').selectAll().execute(),
    ).toEqual([]);
    // An e-mail change that was begun before somebody else took the address comes too late (unexpired e-mail change).
    await arrived(at, 'ada@example.com');
    await expect(addEmail(portal.ctx, mallory.developerId, token)).rejects.toMatchObject({
      status: 409,
      code: 'email_in_use',
    });
  });

  test('a link that adds an address dies after half an hour', async () => {
    const at = await startPortal(database);
    const ada = await arrived(at, null);
    await askToAddEmail(at.portal, { developerId: ada.developerId, email: 'ada@example.com' });
    const { token } = tokenInMail(at);
    at.clock.now += 30 * 60_000;
    expect(await previewAddedEmail(at.portal.ctx, ada.developerId, token)).toBeNull();
    await expect(addEmail(at.portal.ctx, ada.developerId, token)).rejects.toMatchObject({ status: 410 });
  });
});
