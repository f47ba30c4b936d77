import { expect, onTestFinished, test, vi } from 'vitest';
import { sayQuarter, toMarkdown } from '../../../src/components/insights/say-quarter.ts';
import { changeExclusion } from '../../../src/features/developers/exclusions.ts';
import { readSnapshots, takeSnapshot } from '../../../src/features/insights/audit-snapshots.ts';
import { quarterOf } from '../../../src/features/insights/quarter.ts';
import { reportQuarter } from '../../../src/features/insights/quarterly-report.ts';
import { readInsights } from '../../../src/features/insights/read-insights.ts';
import { openPortal } from '../../../src/portal.ts';
import { countQueries } from '../../support/count-queries.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, startPortal, type TestPortal } from '../../support/portal.ts';

const IN_Q3 = Date.UTC(2026, 7, 1);
/** When everybody of the third quarter has been here for 21 days. */
const COMPLETE = Date.UTC(2026, 9, 22);

/** So many developers take a key now; the first of them call with it. */
async function begin(at: TestPortal, developers: number, callers: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < developers; n += 1) {
    const { developer_id, secret } = await at.issueKey();
    if (n < callers) await at.sendMessage(secret);
    ids.push(developer_id);
  }
  await at.portal.usage.flushed();
  return ids;
}

/** A portal that somebody used in the third quarter, when that is complete. */
async function usedInQ3(database: 'SQLite' | 'Postgres') {
  const at = await startPortal(database);
  at.clock.now = IN_Q3;
  const ids = await begin(at, 3, 2);
  at.clock.now = COMPLETE;
  return { at, ids };
}

async function report({ portal }: TestPortal, instant = IN_Q3): Promise<string> {
  const insights = await readInsights(portal, new URLSearchParams());
  return toMarkdown('Report', sayQuarter(await reportQuarter(insights, portal, quarterOf(instant))));
}

onEachDatabase('the audit of a quarter', (database) => {
  test('is taken once everybody in it has been here for 21 days, and not a moment before', async () => {
    const { at } = await usedInQ3(database);
    at.clock.now = COMPLETE - 1;
    await takeSnapshot(at.portal);
    expect(await readSnapshots(at.portal.ctx)).toEqual([]);
    expect(await report(at)).toContain(
      'No quarter has been audited yet. The first snapshot is taken 21 days after the end of a quarter: on 22 Oct 2026.',
    );
    at.clock.now = COMPLETE;
    expect(await report(at)).toContain('Q3 2026 is audited within the hour');
    await takeSnapshot(at.portal);
    const [snapshot, ...others] = await readSnapshots(at.portal.ctx);
    expect(others).toEqual([]);
    expect(snapshot).toMatchObject({
      quarter: '2026-Q3',
      takenAt: COMPLETE,
      findings: {
        definition: at.portal.definition.version,
        developers: 3,
        calledWithin24h: { k: 2, n: 3 },
        calledWithin7d: { k: 2, n: 3 },
        liveWithin21d: { k: 0, n: 3 },
      },
    });
    expect(await report(at)).toContain(
      'Q3 2026 was audited on 22 Oct 2026. Counted today, every figure is the same.',
    );
  });

  test('says what it said, also when somebody is left out of the quarter afterwards', async () => {
    const { at, ids } = await usedInQ3(database);
    await takeSnapshot(at.portal);
    await changeExclusion(at.portal.ctx, { developerId: ids[0] ?? '', reason: 'test', actorId: 'pm' });
    await takeSnapshot(at.portal);
    const text = await report(at);
    expect(text).toContain('Then it had 3 developers, today 2.');
    expect(text).toContain('| First call within 24 h | 67 % (2 of 3) | 50 % (1 of 2), −16.7 points |');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    // The quarter after it is compared with what was found, and what that is today is said.
    expect(await report(at, COMPLETE)).toContain(
      '| Q3 2026, as audited | Q3 2026, today | Difference to the',
    );
  });

  test('is one, however many portals take it, and asks no more than whether it is there', async () => {
    const { at } = await usedInQ3(database);
    const { portal } = at;
    const other = await openPortal({ ...portal.ctx, now: () => COMPLETE });
    onTestFinished(() => other.close());
    // Two portals in one process would wait for each other's lock of an SQLite file for ever.
    if (database === 'Postgres') await Promise.all([portal, other, portal].map(takeSnapshot));
    else for (const each of [portal, other]) await takeSnapshot(each);
    const first = await readSnapshots(portal.ctx);
    expect(first).toHaveLength(1);
    at.clock.now += 60 * 24 * HOUR;
    await begin(at, 1, 1);
    const queries = countQueries(portal.ctx.db);
    await takeSnapshot(portal);
    expect(queries.take()).toHaveLength(1);
    expect(await readSnapshots(other.ctx)).toEqual(first);
  });

  test('is taken late where the portal was down, of the last quarter only, and says when', async () => {
    const { at } = await usedInQ3(database);
    at.clock.now = Date.UTC(2026, 10, 1);
    await begin(at, 1, 0);
    const late = Date.UTC(2027, 1, 3);
    at.clock.now = late;
    await takeSnapshot(at.portal);
    expect(await readSnapshots(at.portal.ctx)).toMatchObject([{ quarter: '2026-Q4', takenAt: late }]);
    expect(await report(at)).toContain('Q3 2026 was not audited: audits began later.');
  });

  test('is of nobody’s quarter', async () => {
    const { at, ids } = await usedInQ3(database);
    for (const developerId of ids)
      await changeExclusion(at.portal.ctx, { developerId, reason: 'test', actorId: 'pm' });
    await takeSnapshot(at.portal);
    expect(await readSnapshots(at.portal.ctx)).toEqual([]);
    expect(await report(at)).toContain('The first snapshot is taken 21 days after the end of a quarter');
  });

  test.each(['{"version": 2}', '{"version": 1}', '{', 'null', ''])(
    'breaks no page where it reads %s',
    async (findings) => {
      const { at } = await usedInQ3(database);
      const { db } = at.portal.ctx;
      await db
        .insertInto('audit_snapshot')
        .values({ quarter: '2026-Q3', taken_at: COMPLETE, findings })
        .execute();
      await takeSnapshot(at.portal);
      expect(await readSnapshots(at.portal.ctx)).toEqual([
        { quarter: '2026-Q3', takenAt: COMPLETE, findings: null },
      ]);
      expect(await report(at)).toContain('what was found cannot be read by this version of the portal');
    },
  );
});

test('a running portal looks every hour whether there is a quarter to audit', async () => {
  const intervals = vi.spyOn(globalThis, 'setInterval');
  onTestFinished(() => intervals.mockRestore());
  const { at } = await usedInQ3('SQLite');
  for (const [chore, ms] of intervals.mock.calls) if (ms === HOUR) chore();
  await vi.waitFor(async () => expect(await readSnapshots(at.portal.ctx)).toHaveLength(1));
});
