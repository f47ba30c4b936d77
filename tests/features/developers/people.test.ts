import { expect, test } from 'vitest';
import { listAudit } from '../../../src/features/audit/list-audit.ts';
import { enter } from '../../../src/features/claims/enter.ts';
import { createStaff } from '../../../src/features/developers/developer-store.ts';
import { changeRole, listInvited, listPeople } from '../../../src/features/developers/people.ts';
import { invite } from '../../../src/features/sign-in/invite.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal } from '../../support/portal.ts';

const MAY = { issuer: 'email', subject: 'may@example.com', label: 'may@example.com' };

onEachDatabase('roles', (database) => {
  async function withAnAdmin() {
    const at = await startPortal(database);
    const admin = await createStaff(at.portal.ctx.db, 'admin', NOON);
    const may = await enter(at.portal, MAY, { cookies: null, client: null });
    const cookie = may.setCookies.map((value) => value.split(';')[0]).join('; ');
    return { ...at, ctx: at.portal.ctx, admin, may: { id: may.developerId, cookie } };
  }

  test('somebody who is made a PM signs in anew, with a session of the company’s people', async () => {
    const { portal, ctx, admin, may } = await withAnAdmin();
    await changeRole(ctx, { actorId: admin, developerId: may.id, role: 'pm' });
    expect(await portal.visitors.read(may.cookie)).toBeNull();
    const again = await enter(portal, MAY, { cookies: may.cookie, client: null });
    expect(again).toMatchObject({ outcome: 'signed_in', staff: true, developerId: may.id });
    const cookie = again.setCookies.map((value) => value.split(';')[0]).join('; ');
    expect(await portal.staff.read(cookie)).toMatchObject({ role: 'pm' });
    expect(await listPeople(ctx)).toMatchObject([
      { id: admin, role: 'admin', labels: [], signedInAt: null },
      { id: may.id, role: 'pm', labels: ['may@example.com'], signedInAt: NOON },
    ]);
    const { entries } = await listAudit(ctx, null);
    expect(entries.find(({ action }) => action === 'role.changed')).toMatchObject({
      actor_id: admin,
      detail: '{"from":"developer","to":"pm"}',
    });
  });

  test('the company’s people are in no figure, and are again when they are no longer', async () => {
    const { ctx, admin, may } = await withAnAdmin();
    const excluded = async () =>
      (await ctx.db.selectFrom('developer').select('excluded').where('id', '=', may.id).executeTakeFirst())
        ?.excluded;
    await changeRole(ctx, { actorId: admin, developerId: may.id, role: 'author' });
    expect(await excluded()).toBe('staff');
    await changeRole(ctx, { actorId: admin, developerId: may.id, role: 'developer' });
    expect(await excluded()).toBeNull();
  });

  test('nobody changes their own role, and the last admin stays', async () => {
    const { ctx, admin, may } = await withAnAdmin();
    await expect(changeRole(ctx, { actorId: admin, developerId: admin, role: 'pm' })).rejects.toThrow(
      'their own role',
    );
    await expect(changeRole(ctx, { actorId: may.id, developerId: admin, role: 'pm' })).rejects.toThrow(
      'last admin',
    );
    await expect(changeRole(ctx, { actorId: admin, developerId: 'dev_nobody', role: 'pm' })).rejects.toThrow(
      'nobody with this id',
    );
  });

  test('an invitation gives its role once, to whoever shows that the address is theirs', async () => {
    const { portal, ctx, admin, clock } = await withAnAdmin();
    await invite(portal, { actorId: admin, email: 'pat@example.com', role: 'pm' });
    expect(await listInvited(ctx)).toMatchObject([{ email: 'pat@example.com', role: 'pm' }]);
    const stranger = { issuer: 'https://id.example', subject: '7', label: 'pat@example.com' };
    expect(await enter(portal, stranger, { cookies: null, client: null })).toMatchObject({ staff: false });
    const pat = { issuer: 'email', subject: 'pat@example.com', label: 'pat@example.com' };
    expect(await enter(portal, pat, { cookies: null, client: null })).toMatchObject({ staff: true });
    expect(await listInvited(ctx)).toEqual([]);
    const people = await listPeople(ctx);
    expect(people.find(({ labels }) => labels.includes('pat@example.com'))).toMatchObject({ role: 'pm' });
    await expect(invite(portal, { actorId: admin, email: 'pat@example.com', role: 'admin' })).rejects.toThrow(
      'in the list already',
    );

    await invite(portal, { actorId: admin, email: 'late@example.com', role: 'admin' });
    clock.now += 7 * 24 * HOUR;
    const late = { issuer: 'email', subject: 'late@example.com', label: 'late@example.com' };
    expect(await enter(portal, late, { cookies: null, client: null })).toMatchObject({ staff: false });
  });

  test('what somebody began as a reader stays a reader’s when they become one of ours', async () => {
    const { portal, admin, issueKey, progress } = await withAnAdmin();
    const { cookie, secret, developer_id } = await issueKey('own_machine');
    await invite(portal, { actorId: admin, email: 'pat@example.com', role: 'pm' });
    const pat = { issuer: 'email', subject: 'pat@example.com', label: 'pat@example.com' };
    const entry = await enter(portal, pat, { cookies: cookie, client: null });
    expect(entry.developerId).not.toBe(developer_id);
    expect(await progress(secret)).toMatchObject({ developer_id, claimed_at: null });
  });
});
