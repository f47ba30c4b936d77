import { expect, test } from 'vitest';
import { findDemoMark, lookInside } from '../../../src/features/demo/demo-store.ts';
import { liveOn } from '../../../src/features/demo/life.ts';
import { DEMO, PLAIN } from '../../../src/features/demo/population.ts';
import { overview } from '../../../src/features/insights/overview.ts';
import { readInsights } from '../../../src/features/insights/read-insights.ts';
import type { Portal } from '../../../src/portal.ts';
import { onEachDatabase } from '../../support/database.ts';
import { BEGIN, END, fill } from './filled-portal.ts';

const figures = async (portal: Portal) =>
  overview(await readInsights(portal, new URLSearchParams()), portal.ctx);

onEachDatabase('a portal that simulated developers use', (database) => {
  test('knows of each when they began, called, and went live, to the millisecond', async () => {
    const { portal, fed, simulated, db, count } = await fill(database, PLAIN, 150);
    const before = (at: number | null) => (at !== null && at < END ? at : null);
    await portal.journeys.current();
    const rows = await db
      .selectFrom('journey')
      .select(['t0', 'visited_at as firstVisitAt', 'first_call_at as firstCallAt'])
      .select(['own_machine_at as ownMachineCallAt', 'live_at as live'])
      .where('excluded', 'is', null)
      .execute();
    const expected = simulated.flatMap((drawn) => {
      const { t0, arrivedAt, steps } = drawn.developer;
      if (t0 === null || t0 >= END) return [];
      const late = [...liveOn(PLAIN, BEGIN, drawn).calls(END)].find(({ status }) => status < 300);
      const own = drawn.developer.actor === 'agent' ? (late?.at ?? null) : before(steps.own_machine);
      return {
        ...{ t0, firstVisitAt: arrivedAt, firstCallAt: late?.at ?? null, ownMachineCallAt: own },
        live: before(steps.live),
      };
    });
    const byStart = (a: { t0: number }, b: { t0: number }) => a.t0 - b.t0;
    expect(rows.sort(byStart)).toEqual(expected.sort(byStart));
    expect(fed).toEqual({ developers: expected.length, calls: await count('usage_event'), duplicates: 0 });
    expect((await figures(portal)).developers).toBe(expected.length);
    expect(expected.filter(({ live }) => live !== null).length).toBeGreaterThan(0);
  });

  test('counts a repeated report once, and leaves out who does not count', async () => {
    const dirt = { ...DEMO.dirt, duplicates: 0.2, lost: 0.1, internal: 0.1, bots: 0.1, secondBrowser: 0.5 };
    const { portal, fed, db, count } = await fill(database, { ...DEMO, dirt }, 150);
    expect(fed.duplicates).toBeGreaterThan(0.1 * fed.calls);
    expect(fed.calls).toBe(await count('usage_event'));
    const { excluded } = await figures(portal);
    expect(excluded.map(({ reason }) => reason).sort()).toEqual(['bot', 'internal', 'merged']);
    const claimed = await db
      .selectFrom('developer')
      .select('id')
      .where('claimed_at', 'is not', null)
      .execute();
    expect(await count('identity')).toBe(claimed.length);
  });

  test('remembers that they are not real', async () => {
    const { db } = await fill(database, PLAIN, 5);
    expect(await lookInside(db)).toBe('demo');
    expect(await findDemoMark(db)).toEqual({ seed: 5, begunAt: BEGIN, filledAt: END });
  });
});
