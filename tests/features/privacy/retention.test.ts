import { expect, test } from 'vitest';
import { enter } from '../../../src/features/claims/enter.ts';
import { applyRetention } from '../../../src/features/privacy/retention.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, startPortal, type TestPortal } from '../../support/portal.ts';

const DAY = 24 * HOUR;
const ADA = { issuer: 'email', subject: 'ada@example.com', label: 'ada@example.com' };

/** As if what is there had been recorded when the test's clock says so, not the machine's. */
async function dateIds({ portal: { ctx } }: TestPortal) {
  const hex = ctx.now().toString(16).padStart(12, '0');
  for (const { id } of await ctx.db.selectFrom('audit').select('id').execute()) {
    const dated = `${hex.slice(0, 8)}-${hex.slice(8)}${id.slice(13)}`;
    await ctx.db.updateTable('audit').set({ id: dated }).where('id', '=', id).execute();
  }
}

async function counts({ portal: { ctx } }: TestPortal) {
  const count = async (table: 'developer' | 'usage_event' | 'audit' | 'milestone') => {
    const rows = await ctx.db.selectFrom(table).selectAll().execute();
    return rows.length;
  };
  return {
    developers: await count('developer'),
    calls: await count('usage_event'),
    milestones: await count('milestone'),
    audited: (await count('audit')) > 0,
  };
}

onEachDatabase('what is too old', (database) => {
  /** Ada, who signed up, and somebody who never did; each has called once. */
  async function twoWhoCalled(env: Record<string, string>) {
    const at = await startPortal(database, { env });
    const ada = await at.issueKey('own_machine');
    const stranger = await at.issueKey('own_machine');
    for (const { secret } of [ada, stranger]) expect((await at.sendMessage(secret)).status).toBe(201);
    await at.portal.usage.flushed();
    await enter(at.portal, ADA, { cookies: ada.cookie, client: null });
    await dateIds(at);
    return { at, ada, stranger };
  }
  const all = { developers: 2, calls: 2, milestones: 6, audited: true };

  test('goes, each after its own time, and what somebody signed up for stays', async () => {
    const { at, ada } = await twoWhoCalled({
      RETENTION_DAYS_USAGE: '30',
      RETENTION_DAYS_UNCLAIMED: '60',
      RETENTION_DAYS_AUDIT: '90',
    });
    at.clock.now += 30 * DAY;
    await applyRetention(at.portal);
    expect(await counts(at)).toEqual(all);
    // Midnight, when the day of the calls is over 30 days ago.
    at.clock.now += 12 * HOUR;
    await applyRetention(at.portal);
    expect(await counts(at)).toEqual({ ...all, calls: 0 });
    at.clock.now += 30 * DAY;
    await applyRetention(at.portal);
    expect(await counts(at)).toEqual({ developers: 1, calls: 0, milestones: 3, audited: true });
    at.clock.now += 30 * DAY;
    await applyRetention(at.portal);
    expect(await counts(at)).toEqual({ developers: 1, calls: 0, milestones: 3, audited: false });
    expect((await at.call('/v1/me', { key: ada.secret })).status).toBe(200);
  });

  test('stays for good where the configuration says 0', async () => {
    const { at } = await twoWhoCalled({
      RETENTION_DAYS_USAGE: '0',
      RETENTION_DAYS_UNCLAIMED: '0',
      RETENTION_DAYS_AUDIT: '0',
    });
    at.clock.now += 36_500 * DAY;
    await applyRetention(at.portal);
    expect(await counts(at)).toEqual(all);
  });

  test('is counted from the last key or call of somebody who never signed up', async () => {
    const { at, stranger } = await twoWhoCalled({ RETENTION_DAYS_UNCLAIMED: '10' });
    const exists = async () =>
      (await at.portal.ctx.db.selectFrom('developer').select('id').execute()).some(
        ({ id }) => id === stranger.developer_id,
      );
    at.clock.now += 8 * DAY;
    await at.sendMessage(stranger.secret);
    await at.portal.usage.flushed();
    at.clock.now += 8 * DAY;
    await applyRetention(at.portal);
    expect(await exists()).toBe(true);
    at.clock.now += 3 * DAY;
    await applyRetention(at.portal);
    expect(await exists()).toBe(false);
    expect((await at.call('/v1/me', { key: stranger.secret })).status).toBe(401);
  });

  test('takes half sign-ins and what nobody owns with it', async () => {
    const { at } = await twoWhoCalled({});
    const { db } = at.portal.ctx;
    await at.call('/api/passkeys/sign-in/options', { body: {} });
    await db.deleteFrom('developer').where('claimed_at', 'is', null).execute();
    at.clock.now += 10 * 60_000;
    await applyRetention(at.portal);
    expect(await db.selectFrom('ceremony').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('credential').selectAll().execute()).toHaveLength(1);
  });
});
