import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import type { Context } from '../../../src/context.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { createSeal } from '../../../src/features/credentials/seal.ts';
import { listDevelopers } from '../../../src/features/insights/list-developers.ts';
import { timeToFirstCall } from '../../../src/features/insights/time-to-first-call.ts';
import { createLog } from '../../../src/log.ts';
import { type DatabaseName, newDatabase, onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON } from '../../support/portal.ts';
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
  return { ctx, clock, write: (...histories: History[]) => writeHistory(db, NOON, histories) };
}

onEachDatabase('time to first call', (database) => {
  test('the worked example of the definitions, as rows of a database', async () => {
    const { ctx, write } = await start(database);
    // Those still waiting came as many hours ago as they have been waiting.
    const called = [0.1, 0.3, 0.5, 2, 10, 20, 30].map((firstCall, i) => ({
      id: `dev_c${i}`,
      t0: -100,
      firstCall,
    }));
    const waiting = [1, 6, 30, 48, 72].map((hours, i) => ({ id: `dev_w${i}`, t0: -hours }));
    await write(...called, ...waiting);
    const report = await timeToFirstCall(ctx);
    expect(report).toMatchObject({ asOf: NOON, developers: 12, called: 7, excluded: [], negative: 0 });
    expect(report.median.estimate).toBe(20 * HOUR);
    expect(report.withinDay?.share).toBeCloseTo(0.5625, 12);
    expect((report.meanWithinDay ?? 0) / HOUR).toBeCloseTo(14.044, 3);
    // Those who called came 100 hours ago; of the others, three have been here for a day.
    expect(report.marks.map(({ time, watched }) => [time / HOUR, watched]).slice(-3)).toEqual([
      [1, 12],
      [24, 10],
      [72, 8],
    ]);
  });

  test('nobody yet', async () => {
    const { ctx } = await start(database);
    expect(await timeToFirstCall(ctx)).toMatchObject({
      developers: 0,
      called: 0,
      calledFromOwnMachine: 0,
      withinDay: null,
      median: { estimate: null },
    });
  });

  test('a developer who has not called is in the denominator and in the median', async () => {
    const { ctx, write } = await start(database);
    await write({ id: 'dev_a', t0: -48, firstCall: 1 }, { id: 'dev_b', t0: -48 }, { id: 'dev_c', t0: -48 });
    const report = await timeToFirstCall(ctx);
    expect(report).toMatchObject({ developers: 3, called: 1, median: { estimate: null } });
    expect(report.withinDay?.share).toBeCloseTo(1 / 3);
  });

  test('the share within a day waits until somebody has been watched for a day', async () => {
    const { ctx, clock, write } = await start(database);
    await write({ id: 'dev_a', t0: -3, firstCall: 1 }, { id: 'dev_b', t0: -3 });
    expect((await timeToFirstCall(ctx)).withinDay).toBeNull();
    clock.now += 21 * HOUR;
    expect((await timeToFirstCall(ctx)).withinDay?.share).toBe(0.5);
  });

  test('staff and bots are left out, and how many is said', async () => {
    const { ctx, write } = await start(database);
    await write(
      { id: 'dev_a', t0: -48, firstCall: 1, ownMachine: 2 },
      { id: 'dev_pm', t0: null, excluded: 'staff' },
      { id: 'dev_x', t0: -48, firstCall: 0, excluded: 'bot' },
      { id: 'dev_y', t0: -48, excluded: 'bot' },
      { id: 'dev_never', t0: null },
    );
    const report = await timeToFirstCall(ctx);
    expect(report).toMatchObject({ developers: 1, called: 1, calledFromOwnMachine: 1 });
    expect(report.excluded).toEqual([
      { reason: 'bot', n: 2 },
      { reason: 'staff', n: 1 },
    ]);
  });

  test('a call before t0 counts as 0 and is flagged; one after the clock has not happened', async () => {
    const { ctx, write } = await start(database);
    await write({ id: 'dev_a', t0: -2, firstCall: -1 }, { id: 'dev_b', t0: -2, firstCall: 3 });
    const report = await timeToFirstCall(ctx);
    expect(report).toMatchObject({ negative: 1, called: 1, median: { estimate: HOUR } });
    expect(report.curve.points).toMatchObject([{ time: 0, events: 1, atRisk: 2 }]);
  });

  test('from opening the page, for those of whom it is known', async () => {
    const { ctx, write } = await start(database);
    await write(
      { id: 'dev_a', t0: -48, firstCall: 1, visitedBefore: 2 },
      { id: 'dev_b', t0: -48, firstCall: 1 },
    );
    expect((await timeToFirstCall(ctx)).fromVisit).toMatchObject({ n: 1, median: { estimate: 3 * HOUR } });
  });
});

onEachDatabase('the list of developers', (database) => {
  test('what each did, when, and how long it took', async () => {
    const { ctx, write } = await start(database);
    await write(
      { id: 'dev_a', t0: -48, firstCall: 1, ownMachine: 5, visitedBefore: 1 },
      { id: 'dev_b', t0: -3 },
    );
    expect(await listDevelopers(ctx, null)).toEqual({
      lines: [
        {
          id: 'dev_b',
          t0: NOON - 3 * HOUR,
          firstVisitAt: null,
          firstCallAt: null,
          ownMachineCallAt: null,
          liveSince: null,
          liveLapsedAt: null,
          toFirstCall: null,
          toOwnMachine: null,
          waiting: 3 * HOUR,
        },
        {
          id: 'dev_a',
          t0: NOON - 48 * HOUR,
          firstVisitAt: NOON - 49 * HOUR,
          firstCallAt: NOON - 47 * HOUR,
          ownMachineCallAt: NOON - 43 * HOUR,
          liveSince: null,
          liveLapsedAt: null,
          toFirstCall: HOUR,
          toOwnMachine: 5 * HOUR,
          waiting: null,
        },
      ],
      next: null,
    });
  });

  test('every developer on exactly one page, newest first, also when many began at the same moment', async () => {
    const { ctx, write } = await start(database);
    const all = Array.from({ length: 23 }, (_, i) => ({
      id: `dev_${String(i).padStart(2, '0')}`,
      t0: -Math.floor(i / 5),
    }));
    await write(...all, { id: 'dev_staff', t0: 0, excluded: 'staff' });
    const seen: string[] = [];
    for (let place: string | null = null, pages = 0; pages === 0 || place; pages += 1) {
      const page = await listDevelopers(ctx, place, 4);
      seen.push(...page.lines.map(({ id }) => id));
      place = page.next;
    }
    const newestFirst = [...all].sort((a, b) => b.t0 - a.t0 || (a.id < b.id ? 1 : -1)).map(({ id }) => id);
    expect(seen).toEqual(newestFirst);
  });

  test('a place somebody mistyped is the beginning', async () => {
    const { ctx, write } = await start(database);
    await write({ id: 'dev_a', t0: -1 });
    for (const place of ['x', "1~'; drop table developer", '~', '']) {
      expect((await listDevelopers(ctx, place)).lines).toHaveLength(1);
    }
  });
});
