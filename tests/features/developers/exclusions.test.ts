import { expect, test } from 'vitest';
import { applyDomains, changeExclusion } from '../../../src/features/developers/exclusions.ts';
import { overview } from '../../../src/features/insights/overview.ts';
import { readInsights } from '../../../src/features/insights/read-insights.ts';
import { signedIn } from '../../support/callers.ts';
import { onEachDatabase } from '../../support/database.ts';
import { NOON, startPortal, type TestPortal } from '../../support/portal.ts';

const figures = async ({ portal }: TestPortal) => {
  const { developers, excluded } = await overview(
    await readInsights(portal, new URLSearchParams()),
    portal.ctx,
  );
  return { developers, excluded: Object.fromEntries(excluded.map(({ reason, n }) => [reason, n])) };
};

/** Somebody with a key, who has signed in with this address. */
async function somebody(at: TestPortal, email: string): Promise<string> {
  const { cookie } = await at.issueKey('own_machine');
  return (await signedIn(at, email, cookie)).developerId;
}

onEachDatabase('who is left out of the figures', (database) => {
  test('follows from the domain of an address, for those who were there before, and back again', async () => {
    const at = await startPortal(database);
    const { db } = at.portal.ctx;
    for (const email of ['ada@ours.example', 'Eve@OURS.example', 'bob@notours.example', 'x@ours.example.com'])
      await somebody(at, email);
    expect(await figures(at)).toEqual({ developers: 4, excluded: {} });
    await applyDomains(db, { domains: ['ours.example'], now: NOON });
    expect(await figures(at)).toEqual({ developers: 2, excluded: { internal: 2 } });
    await applyDomains(db, { domains: ['notours.example'], now: NOON });
    expect(await figures(at)).toEqual({ developers: 3, excluded: { internal: 1 } });
    await applyDomains(db, { domains: [], now: NOON });
    expect(await figures(at)).toEqual({ developers: 4, excluded: {} });
  });

  test('is known the moment somebody signs in', async () => {
    const at = await startPortal(database);
    at.portal.definition.body.excluded_developers.email_domains = ['ours.example'];
    await somebody(at, 'ada@ours.example');
    await somebody(at, 'bob@example.com');
    expect(await figures(at)).toEqual({ developers: 1, excluded: { internal: 1 } });
  });

  test('is what somebody decided by hand, whatever a rule says', async () => {
    const at = await startPortal(database);
    const { ctx } = at.portal;
    const ada = await somebody(at, 'ada@ours.example');
    const bob = await somebody(at, 'bob@example.com');
    const domains = ['ours.example'];
    await applyDomains(ctx.db, { domains, now: NOON });
    await changeExclusion(ctx, { developerId: ada, reason: null, actorId: 'dev_pm' });
    await changeExclusion(ctx, { developerId: bob, reason: 'public_demo', actorId: 'dev_pm' });
    await applyDomains(ctx.db, { domains, now: NOON });
    expect(await figures(at)).toEqual({ developers: 1, excluded: { public_demo: 1 } });
    const audit = await ctx.db
      .selectFrom('audit')
      .select(['actor_id', 'action', 'detail'])
      .orderBy('id')
      .execute();
    expect(audit.filter(({ action }) => /cluded$/.test(action))).toEqual([
      { actor_id: 'dev_pm', action: 'developer.included', detail: '{"reason":"internal"}' },
      { actor_id: 'dev_pm', action: 'developer.excluded', detail: '{"reason":"public_demo"}' },
    ]);
  });

  test('is refused for somebody who is not there', async () => {
    const { portal } = await startPortal(database);
    await expect(
      changeExclusion(portal.ctx, { developerId: 'dev_nobody', reason: 'bot', actorId: 'dev_pm' }),
    ).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });
});
