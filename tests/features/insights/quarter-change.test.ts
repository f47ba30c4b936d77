import { expect, test } from 'vitest';
import { quarterOf } from '../../../src/features/insights/quarter.ts';
import { compareQuarters } from '../../../src/features/insights/quarter-change.ts';
import { NOON } from '../../support/portal.ts';
import { columnsOf, type Told } from './columns.ts';
import { way } from './ways.ts';

const DAY = 24;
const repeat = (n: number, one: Told) => Array.from({ length: n }, () => one);
const compare = (developers: readonly Told[]) =>
  compareQuarters(columnsOf(developers), Uint32Array.from(developers.keys()), NOON);

test('quarters begin and end with a month of the calendar, in UTC', () => {
  expect(quarterOf(NOON)).toEqual({
    id: '2026-Q4',
    label: 'Q4 2026',
    start: Date.UTC(2026, 9),
    end: Date.UTC(2027, 0),
  });
  expect(quarterOf(Date.UTC(2026, 0), -1)).toMatchObject({ label: 'Q4 2025', end: Date.UTC(2026, 0) });
  expect(quarterOf(Date.UTC(2026, 3) - 1).label).toBe('Q1 2026');
});

test('the conversions of two quarters, and their difference with its interval', () => {
  // On 21 November: 30 and 80 days ago.
  const { steps } = compare([
    ...repeat(6, way({ credential: -30 * DAY, run: -30 * DAY })),
    ...repeat(4, way({ credential: -30 * DAY })),
    ...repeat(3, way({ credential: -80 * DAY, run: -80 * DAY })),
    ...repeat(7, way({ credential: -80 * DAY })),
  ]);
  expect(steps[2]).toMatchObject({ current: { k: 6, n: 10 }, previous: { k: 3, n: 10 } });
  expect(steps[2]?.change?.difference).toBeCloseTo(0.3);
  // Newcombe by hand from the Wilson limits 0.3127 to 0.8318 and 0.1078 to 0.6032.
  expect(steps[2]?.change?.band.lower).toBeCloseTo(0.3 - Math.hypot(0.6 - 0.3127, 0.6032 - 0.3), 3);
  expect(steps[2]?.change?.band.upper).toBeCloseTo(0.3 + Math.hypot(0.8318 - 0.6, 0.3 - 0.1078), 3);
});

test('who has not been here for 14 days is in neither, and what came after 14 days does not count', () => {
  const { steps } = compare([
    way({ credential: -13 * DAY, run: -13 * DAY }),
    way({ credential: -14 * DAY, run: -14 * DAY }),
    way({ credential: -80 * DAY, run: -60 * DAY }),
    way({ credential: -80 * DAY, run: -66 * DAY }),
  ]);
  expect(steps[2]).toMatchObject({ current: { k: 1, n: 1 }, previous: { k: 1, n: 2 }, change: null });
});
