import { expect, test } from 'vitest';
import { decideProxy, followProxy, readProxies } from '../../../src/features/insights/proxies.ts';
import { createMilestoneLab } from '../../../src/features/insights/read-lab.ts';
import { createUsageStore } from '../../../src/features/usage/store-usage.ts';
import { pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal, type TestPortal } from '../../support/portal.ts';

const DAY = 24 * HOUR;

interface Past {
  name: string;
  /** Days before now. */
  began: number;
  runs?: number;
  /** Days after t0 on which there was a successful call. */
  calls?: number[];
  excluded?: string;
}

const CREDENTIAL = { environment: 'test', origin: 'own_machine', hint: '…', created_at: 0, provisional: 0 };

/** Everybody's rows at once: hundreds of them. */
async function live({ portal }: TestPortal, pasts: readonly Past[]): Promise<void> {
  const { ctx, definition } = portal;
  const all = pasts.map((past) => ({ ...past, id: `dev_${past.name}`, t0: NOON - past.began * DAY }));
  const developers = all.map(({ id, t0, excluded = null }) => {
    return { id, created_at: t0, t0, first_visit_at: t0, role: 'developer', excluded };
  });
  const credentials = all.map(({ id, name }) => {
    return { ...CREDENTIAL, developer_id: id, id: `cred_${name}`, hash: `hash_${name}` };
  });
  const runs = all.flatMap(({ id, t0, runs: count = 0 }) =>
    Array.from({ length: count }, (_, n) => {
      return { developer_id: id, id: `run${n}`, name: 'sample_run', received_at: t0 + n, props: '{}' };
    }),
  );
  await ctx.db
    .insertInto('developer')
    .values(developers as never)
    .execute();
  await ctx.db
    .insertInto('credential')
    .values(credentials as never)
    .execute();
  if (runs.length > 0) await ctx.db.insertInto('onboarding_event').values(runs).execute();
  await createUsageStore(
    ctx,
    definition,
  )(
    all.flatMap(({ name, t0, calls = [] }) =>
      calls.map((day) =>
        pendingCall({ id: `${name}-${day}`, credentialId: `cred_${name}`, receivedAt: t0 + day * DAY }),
      ),
    ),
  );
}

onEachDatabase('the milestone lab', (database) => {
  test('counts whose first week and whose days 84 to 97 are over, once each', async () => {
    const at = await startPortal(database);
    await live(at, [
      { name: 'stayed', began: 100, runs: 2, calls: [0, 3, 90] },
      { name: 'left', began: 120, calls: [6, 7, 83] },
      { name: 'last_day', began: 98, calls: [97] },
      { name: 'too_new', began: 97, calls: [0] },
      { name: 'bot', began: 150, calls: [0, 90], excluded: 'bot' },
    ]);
    const { rows, report } = await createMilestoneLab(at.portal.ctx).read();
    expect(rows.map(({ actions, retained }) => ({ actions, retained }))).toEqual([
      { actions: {}, retained: true },
      {
        actions: {
          call_succeeded: [1, 0, 0, 1, 0, 0, 0],
          sample_run: [2, 0, 0, 0, 0, 0, 0],
          called_from_own_machine: [1, 0, 0, 0, 0, 0, 0],
        },
        retained: true,
      },
      {
        actions: { call_succeeded: [0, 0, 0, 0, 0, 0, 1], called_from_own_machine: [0, 0, 0, 0, 0, 0, 1] },
        retained: false,
      },
    ]);
    expect(report).toMatchObject({ n: 3, retained: 2, enough: false, pick: null });
  });

  test('finds what goes with staying, and says so only of those who were there', async () => {
    const at = await startPortal(database);
    // Four of five who ran it three times stayed, and one of five of the others.
    const pasts = Array.from({ length: 750 }, (_, n): Past => {
      const ran = n % 2 === 0;
      const stays = ran ? n % 10 !== 0 : n % 10 === 1;
      return { name: `d${n}`, began: 100 + (n % 60), runs: ran ? 3 : 0, calls: stays ? [90] : [] };
    });
    await live(at, pasts);
    const { report } = await createMilestoneLab(at.portal.ctx).read();
    expect(report).toMatchObject({ n: 750, retained: 375, enough: true });
    expect(report.pick).toMatchObject({
      candidate: { action: 'sample_run', by: 'times', atLeast: 1, withinDays: 1 },
      verdict: 'validated',
      missing: [],
    });
  });

  test('is not searched again within the hour', async () => {
    const at = await startPortal(database);
    const lab = createMilestoneLab(at.portal.ctx);
    const { asOf } = await lab.read();
    at.clock.now += HOUR - 1;
    expect((await lab.read()).asOf).toBe(asOf);
    at.clock.now += 1;
    expect((await lab.read()).asOf).toBe(NOON + HOUR);
  });

  test('keeps what somebody believes in, until they decide otherwise', async () => {
    const { portal, clock } = await startPortal(database);
    const { ctx } = portal;
    const candidate = { action: 'sample_run', by: 'times', atLeast: 3, withinDays: 7 } as const;
    const actorId = 'dev_pm';
    await followProxy(ctx, { candidate, hypothesis: 'Who plays with it stays with it.', actorId });
    const [proxy] = await readProxies(ctx);
    expect(proxy).toMatchObject({ candidate, due: false, reviewAt: NOON + 60 * DAY, ended: null });
    const id = proxy?.id ?? '';
    clock.now += 60 * DAY;
    expect(await readProxies(ctx)).toMatchObject([{ due: true }]);
    await decideProxy(ctx, { id, decision: 'keep', actorId });
    expect(await readProxies(ctx)).toMatchObject([{ due: false, reviewAt: NOON + 120 * DAY }]);
    await decideProxy(ctx, { id, decision: 'drop', actorId });
    expect(await readProxies(ctx)).toMatchObject([{ ended: { at: NOON + 60 * DAY, as: 'dropped' } }]);
    await expect(decideProxy(ctx, { id, decision: 'keep', actorId })).rejects.toThrow(/Nobody follows/);
    const noted = await ctx.db.selectFrom('audit').select(['actor_id', 'action']).execute();
    expect(noted.map(({ action }) => action).sort()).toEqual([
      'proxy.decided',
      'proxy.decided',
      'proxy.followed',
    ]);
  });
});
