import { expect, test } from 'vitest';
import type { Db } from '../../../src/context.ts';
import { DEMO } from '../../../src/features/demo/population.ts';
import { refreshJourneys } from '../../../src/features/journeys/refresh-journeys.ts';
import { judgeDue, recountOutdated } from '../../../src/features/milestones/keep-judging.ts';
import { onEachDatabase } from '../../support/database.ts';
import { markEverybodyDue } from '../journeys/mark-everybody-due.ts';
import { countNaively, type NaiveCall } from '../milestones/count-naively.ts';
import { stateOf } from '../milestones/state-of.ts';
import { fill } from './filled-portal.ts';

const DEVELOPERS = Number(process.env.DEMO_DEVELOPERS || 400);
/** Ten times as much happens to go wrong as in the demo, so that every way is taken often. */
const DIRT = {
  ...DEMO.dirt,
  duplicates: 0.1,
  late: 0.1,
  lost: 0.02,
  internal: 0.05,
  bots: 0.05,
  secondBrowser: 0.3,
};

/** All that is told from calls and steps, without what counts changes. */
async function allOf(db: Db) {
  const [states, milestones, days, spells, journeys] = await Promise.all([
    db.selectFrom('developer_state').selectAll().orderBy('developer_id').execute(),
    db.selectFrom('milestone').selectAll().orderBy('developer_id').orderBy('name').execute(),
    db.selectFrom('call_day').selectAll().execute(),
    db.selectFrom('live_spell').selectAll().execute(),
    db.selectFrom('journey').selectAll().orderBy('developer_id').execute(),
  ]);
  const inOrder = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
  return {
    states: states.map(({ revision, check_at, ...state }) => state),
    milestones,
    days: inOrder(days),
    spells: inOrder(spells),
    journeys: journeys.map(({ revision, ...journey }) => journey),
  };
}

async function callsOf(db: Db, developerId: string): Promise<NaiveCall[]> {
  const rows = await db
    .selectFrom('usage_event')
    .selectAll()
    .where('developer_id', '=', developerId)
    .execute();
  return rows.map(
    (row) =>
      ({
        ...row,
        receivedAt: row.received_at,
        occurredAt: row.occurred_at,
        ok: row.ok === null ? null : row.ok === 1,
      }) as unknown as NaiveCall,
  );
}

onEachDatabase('all that simulated developers did', (database) => {
  test('comes to the same when everything is counted anew from the events', async () => {
    const { portal, db, clock } = await fill(database, { ...DEMO, dirt: DIRT }, DEVELOPERS);
    const { ctx, definition } = portal;
    const judging = { ctx, definition, touch: () => {} };
    await judgeDue(judging);
    await refreshJourneys(ctx);
    const grown = await allOf(db);
    expect(grown.milestones.some(({ name }) => name === 'integration_live')).toBe(true);

    await db.updateTable('developer_state').set({ definition: 0 }).where('developer_id', '<>', '').execute();
    await recountOutdated(judging);
    await judgeDue(judging);
    await markEverybodyDue(db);
    await refreshJourneys(ctx);
    expect(await allOf(db)).toEqual(grown);

    for (const { developer_id } of grown.states) {
      const naive = countNaively(definition.body.live, await callsOf(db, developer_id), clock.now);
      expect(await stateOf(db, developer_id)).toEqual(naive);
    }
  });
});
