import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import type { Context } from '../../../src/context.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { createSeal } from '../../../src/features/credentials/seal.ts';
import { readInsights } from '../../../src/features/insights/read-insights.ts';
import { curvesAsRows, timeToFirstCall } from '../../../src/features/insights/time-to-first-call.ts';
import { createJourneyMemory } from '../../../src/features/journeys/journey-memory.ts';
import { createLog } from '../../../src/log.ts';
import { type DatabaseName, newDatabase, onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON } from '../../support/portal.ts';
import { type Told, told } from './columns.ts';
import { type History, writeHistory } from './history.ts';

/** A migrated, empty database and a clock that stands at noon. */
async function start(database: DatabaseName) {
  const data = await newDatabase(database);
  const config = parseConfig({ LOG_LEVEL: 'silent', ...data.env });
  const log = createLog(config.logLevel);
  const { db } = await openDatabase(config, log);
  onTestFinished(async () => {
    await db.destroy();
    await data.drop();
  });
  const clock = { now: NOON };
  const ctx: Context = { config, log, db, seal: createSeal(config), now: () => clock.now };
  const journeys = createJourneyMemory(ctx);
  return {
    ctx,
    clock,
    write: (...histories: History[]) => writeHistory(db, NOON, histories),
    report: async () => timeToFirstCall(await readInsights({ journeys }, new URLSearchParams())),
  };
}

onEachDatabase('time to first call', (database) => {
  test('the worked example of the definitions, as rows of a database', async () => {
    const { report, write } = await start(database);
    // Those still waiting came as many hours ago as they have been waiting.
    const called = [0.1, 0.3, 0.5, 2, 10, 20, 30].map((firstCall, i) => ({
      id: `dev_c${i}`,
      t0: -100,
      firstCall,
    }));
    const waiting = [1, 6, 30, 48, 72].map((hours, i) => ({ id: `dev_w${i}`, t0: -hours }));
    await write(...called, ...waiting);
    const { asOf, everybody, comparison } = await report();
    expect({ asOf, comparison }).toEqual({ asOf: NOON, comparison: null });
    expect(everybody).toMatchObject({ n: 12, events: 7, closed: 0, negative: 0 });
    expect(everybody.median.estimate).toBe(20 * HOUR);
    expect(everybody.withinDay?.share).toBeCloseTo(0.5625, 12);
    expect((everybody.meanWithinDay ?? 0) / HOUR).toBeCloseTo(14.044, 3);
    const stillWaiting = [0.9167, 0.8333, 0.75, 0.65625, 0.5469, 0.4375, 0.3281];
    expect(everybody.steps.map(({ share }) => 1 - share)).toEqual(
      stillWaiting.map((s) => expect.closeTo(s, 4)),
    );
    expect(everybody.steps[5]?.band?.lower).toBeCloseTo(1 - 0.703, 3);
    // At 24 h three of those who are still waiting have been here for so long, and one who calls later.
    expect(everybody.marks.map(({ time, atRisk }) => [time / HOUR, atRisk]).slice(-3)).toEqual([
      [1, 9],
      [24, 4],
      [72, 1],
    ]);
    // Nobody has been watched for longer than 72 hours without having called.
    expect([everybody.withinWeek, everybody.withinThreeWeeks]).toEqual([null, null]);
  });

  test('nobody yet', async () => {
    const { report } = await start(database);
    expect(await report()).toMatchObject({
      everybody: { n: 0, events: 0, steps: [], marks: [], withinDay: null, median: { estimate: null } },
      fromVisit: { n: 0, median: { estimate: null } },
    });
  });

  test('a developer who has not called is in the denominator and in the median', async () => {
    const { report, write } = await start(database);
    await write({ id: 'dev_a', t0: -48, firstCall: 1 }, { id: 'dev_b', t0: -48 }, { id: 'dev_c', t0: -48 });
    const { everybody } = await report();
    expect(everybody).toMatchObject({ n: 3, events: 1, median: { estimate: null } });
    expect(everybody.withinDay?.share).toBeCloseTo(1 / 3);
  });

  test('the share within a day waits until somebody has been watched for a day', async () => {
    const { report, clock, write } = await start(database);
    await write({ id: 'dev_a', t0: -3, firstCall: 1 }, { id: 'dev_b', t0: -3 });
    expect((await report()).everybody.withinDay).toBeNull();
    clock.now += 21 * HOUR;
    expect((await report()).everybody.withinDay?.share).toBe(0.5);
  });

  test('staff and bots are left out', async () => {
    const { report, write } = await start(database);
    await write(
      { id: 'dev_a', t0: -48, firstCall: 1, ownMachine: 2 },
      { id: 'dev_pm', t0: null, excluded: 'staff' },
      { id: 'dev_x', t0: -48, firstCall: 0, excluded: 'bot' },
      { id: 'dev_y', t0: -48, excluded: 'bot' },
      { id: 'dev_never', t0: null },
    );
    expect((await report()).everybody).toMatchObject({ n: 1, events: 1 });
  });

  test('a call before t0 counts as 0 and is flagged; one after the clock has not happened', async () => {
    const { report, write } = await start(database);
    await write({ id: 'dev_a', t0: -2, firstCall: -1 }, { id: 'dev_b', t0: -2, firstCall: 3 });
    const { everybody } = await report();
    expect(everybody).toMatchObject({ negative: 1, events: 1, median: { estimate: HOUR } });
    expect(everybody.steps).toMatchObject([{ time: 0, events: 1, atRisk: 2, share: 0.5 }]);
  });

  test('from opening the page, for those of whom it is known', async () => {
    const { report, write } = await start(database);
    await write(
      { id: 'dev_a', t0: -48, firstCall: 1, visitedBefore: 2 },
      { id: 'dev_b', t0: -48, firstCall: 1 },
    );
    expect((await report()).fromVisit).toMatchObject({ n: 1, median: { estimate: 3 * HOUR } });
  });
});

test('somebody who deleted themselves is in the share as never calling, and in the median as long as they were there', () => {
  const developers: Told[] = [
    { t0: 0, first_call: HOUR },
    { t0: 0, ended: 2 * HOUR },
    { t0: 0, first_call: 3 * HOUR },
    { t0: 0 },
  ];
  const { everybody } = timeToFirstCall(told(developers, 30 * HOUR));
  expect(everybody).toMatchObject({ n: 4, events: 2, closed: 1 });
  // Aalen–Johansen: 1/4 + (1/2) · (1/2). Kaplan–Meier would say 1 − (3/4) (1/2) = 5/8, of which the half is reached.
  expect(everybody.withinDay?.share).toBeCloseTo(0.5, 12);
  expect(everybody.median.estimate).toBe(3 * HOUR);
});

test('the file holds every step of every curve, its times in seconds and an empty cell where no limit is defined', () => {
  // S = 1/2 with Greenwood's 1 / (2 · 1): S^exp(±1.96 √0.5 / ln 2) = 0.0060 and 0.9104.
  const rows = [
    ...curvesAsRows(
      timeToFirstCall(
        told(
          [
            { t0: 0, first_call: 1_500 },
            { t0: 0, first_call: 4_000 },
          ],
          HOUR,
        ),
      ),
    ),
  ];
  expect(rows).toEqual([
    ['everybody', 1.5, 2, 1, 0.5, expect.closeTo(0.0896, 4), expect.closeTo(0.994, 4)],
    ['everybody', 4, 1, 1, 1, null, null],
  ]);
});
