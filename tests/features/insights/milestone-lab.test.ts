import { describe, expect, test } from 'vitest';
import { candidatesOf, did } from '../../../src/features/insights/lab-candidates.ts';
import { adjustedOddsRatio, quintiles } from '../../../src/features/insights/lab-strata.ts';
import {
  compareOddsRatios,
  type LabRow,
  searchMilestones,
  splitByTime,
} from '../../../src/features/insights/milestone-lab.ts';

const DAY = 86_400_000;
const ONCE = { by: 'times', atLeast: 1, withinDays: 7 } as const;

/** So many developers alike, who did things so often on the third day. */
function alike(n: number, retained: boolean, times: Record<string, number> = {}, channel = 'ads'): LabRow[] {
  const actions = Object.fromEntries(
    Object.entries(times).map(([action, count]) => [action, [0, 0, count, 0, 0, 0, 0]]),
  );
  return Array.from({ length: n }, () => ({ anchor: 0, strata: { channel }, actions, retained }));
}

/** Everybody the same mix at any time, one after the other. */
function overTime(rows: LabRow[]): LabRow[] {
  const step = 7919;
  return rows.map((row, index) => ({ ...row, anchor: ((index * step) % rows.length) * DAY }));
}

describe('a candidate', () => {
  test('counts an action within its days and not after', () => {
    const actions = { run: [2, 0, 1, 0, 0, 0, 4] };
    const candidate = (atLeast: number, withinDays: number, by: 'times' | 'days' = 'times') =>
      did({ action: 'run', by, atLeast, withinDays }, actions);
    expect([candidate(2, 1), candidate(3, 1), candidate(3, 3), candidate(4, 3)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([candidate(7, 7), candidate(2, 3, 'days'), candidate(3, 7, 'days')]).toEqual([true, true, true]);
    expect(did({ action: 'never', ...ONCE }, actions)).toBe(false);
  });

  test('is one of twenty for each action, from the simplest on', () => {
    const grid = candidatesOf(['run']);
    expect(grid).toHaveLength(20);
    expect(grid[0]).toEqual({ action: 'run', by: 'times', atLeast: 1, withinDays: 1 });
    expect(grid.at(-1)).toEqual({ action: 'run', by: 'times', atLeast: 20, withinDays: 7 });
  });
});

describe('a search', () => {
  const rows = overTime([
    ...alike(300, true, { run: 3, look: 1 }),
    ...alike(200, false, { run: 3 }),
    ...alike(50, true, { run: 1 }),
    ...alike(250, false, { run: 1, look: 1 }),
    ...alike(40, true),
    ...alike(260, false),
  ]);

  test('finds what goes with staying, and says how much', () => {
    const { n, retained, pick, findings } = searchMilestones(rows);
    expect({ n, retained, tested: findings.length }).toMatchInlineSnapshot(`
      {
        "n": 1100,
        "retained": 390,
        "tested": 8,
      }
    `);
    expect(pick?.candidate).toEqual({ action: 'run', by: 'times', atLeast: 2, withinDays: 3 });
    expect(pick).toMatchObject({ verdict: 'validated', missing: [] });
    expect(pick?.discovery.riskDifference.difference).toBeCloseTo(0.45, 1);
  });

  test('takes the simplest of what is about as good', () => {
    const { findings, pick } = searchMilestones(rows);
    const harder = findings.find(({ candidate }) => candidate.atLeast === 3 && candidate.withinDays === 7);
    expect(harder?.discovery.phi).toBe(pick?.discovery.phi);
  });

  test('does not call validated what the newest third does not show', () => {
    const changed = rows.map((row) =>
      row.anchor > (rows.length * DAY * 2) / 3
        ? { ...row, actions: { run: [0, 0, row.retained ? 1 : 3] } }
        : row,
    );
    expect(searchMilestones(changed).pick).toMatchObject({
      verdict: 'proxy',
      missing: expect.arrayContaining(['difference', 'phi']),
    });
  });

  test('says nothing of fewer than fifty who stayed, or who left', () => {
    const few = overTime([...alike(49, true, { run: 1 }), ...alike(500, false)]);
    expect(searchMilestones(few)).toEqual({ n: 549, retained: 49, enough: false, findings: [], pick: null });
    expect(searchMilestones(few.map((row) => ({ ...row, retained: !row.retained }))).enough).toBe(false);
    expect(searchMilestones([])).toMatchObject({ n: 0, enough: false });
  });

  test('finds nothing in what everybody does, and in what nobody does', () => {
    const same = overTime([...alike(300, true, { run: 1 }), ...alike(300, false, { run: 1 })]);
    expect(searchMilestones(same)).toMatchObject({
      enough: true,
      findings: [],
      pick: null,
    });
    expect(searchMilestones(overTime([...alike(300, true), ...alike(300, false)])).pick).toBeNull();
  });

  test('is split by time, older two thirds first', () => {
    const { older, newer } = splitByTime(rows);
    expect([older.length, newer.length]).toEqual([733, 367]);
    expect(Math.max(...older.map(({ anchor }) => anchor))).toBeLessThanOrEqual(
      Math.min(...newer.map(({ anchor }) => anchor)),
    );
  });
});

describe('both odds ratios', () => {
  /** Within each channel the odds are the same with and without; who comes by a partner does it more and stays more. */
  const confounded = [
    ...alike(160, true, { look: 1 }, 'partner'),
    ...alike(80, false, { look: 1 }, 'partner'),
    ...alike(40, true, {}, 'partner'),
    ...alike(20, false, {}, 'partner'),
    ...alike(10, true, { look: 1 }, 'ads'),
    ...alike(40, false, { look: 1 }, 'ads'),
    ...alike(50, true, {}, 'ads'),
    ...alike(200, false, {}, 'ads'),
  ];

  test('differ where a stratum explains both', () => {
    const compared = compareOddsRatios({ action: 'look', ...ONCE }, confounded);
    expect(compared?.crude.oddsRatio).toBeCloseTo(170 / 120 / (90 / 220), 10);
    expect(compared?.adjusted?.oddsRatio).toBeCloseTo(1, 10);
  });

  test('are adjusted for how much was done on the first day', () => {
    const busy = confounded.map((row) => ({
      ...row,
      strata: {},
      actions: { ...row.actions, run: [row.strata.channel === 'partner' ? 9 : 0] },
    }));
    expect(adjustedOddsRatio({ action: 'look', ...ONCE }, busy)?.oddsRatio).toBeCloseTo(1, 10);
  });

  test('are none where nobody can be compared', () => {
    expect(compareOddsRatios({ action: 'run', ...ONCE }, confounded)).toBeNull();
  });

  test('quintiles keep equals together', () => {
    const quintile = quintiles([0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    expect([0, 1, 2, 3, 4].map(quintile)).toEqual([0, 3, 3, 4, 4]);
    expect(quintiles([])(5)).toBe(4);
  });
});
