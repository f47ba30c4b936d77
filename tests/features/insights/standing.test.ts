import { expect, test } from 'vitest';
import { EVERYBODY } from '../../../src/features/insights/insights-query.ts';
import { nextStepChance } from '../../../src/features/insights/next-step-chance.ts';
import { selectDevelopers } from '../../../src/features/insights/select-developers.ts';
import { standingOf } from '../../../src/features/insights/standing.ts';
import type { JourneyColumns } from '../../../src/features/journeys/journey-columns.ts';
import { HOUR, NOON } from '../../support/portal.ts';
import { columnsOf } from './columns.ts';
import { way } from './ways.ts';

const known = (progressed: number, active: number) => ({
  progressed_at: NOON + progressed * HOUR,
  active_at: NOON + active * HOUR,
  live_at: null,
  ended_at: null,
});

test('silent has done nothing since the last step, struggling has; both for 48 hours without a step', () => {
  expect(standingOf(known(-50, -50), null, NOON)).toMatchObject({ idle: 50 * HOUR, kind: 'silent' });
  expect(standingOf(known(-50, -49), null, NOON)).toMatchObject({ idle: 49 * HOUR, kind: 'struggling' });
  expect(standingOf(known(-48, -48), null, NOON).kind).toBe('silent');
  expect(standingOf(known(-47.9, -3), null, NOON).kind).toBeNull();
});

test('a call that the row does not know yet counts', () => {
  const standing = standingOf(known(-50, -50), NOON - HOUR / 2, NOON);
  expect(standing).toEqual({ idle: HOUR / 2, waited: 50 * HOUR, kind: 'struggling' });
});

test('nobody waits for who is live, or gone', () => {
  expect(standingOf({ ...known(-90, -80), live_at: NOON }, null, NOON)).toMatchObject({
    idle: null,
    kind: null,
  });
  expect(standingOf({ ...known(-90, -80), ended_at: NOON }, null, NOON)).toMatchObject({
    idle: null,
    kind: null,
  });
});

const DAY = 24;

const chancesOf = (columns: JourneyColumns) =>
  nextStepChance({ columns, asOf: NOON, ...selectDevelopers(columns, EVERYBODY, NOON) });

test('the chance of the next step is that of those who had waited as long', () => {
  // 100 took a key 60 days ago: 40 ran the sample after 1 day, 20 after 4 days, 40 still wait.
  const columns = columnsOf([
    ...Array.from({ length: 40 }, () => way({ credential: -60 * DAY, run: -59 * DAY })),
    ...Array.from({ length: 20 }, () => way({ credential: -60 * DAY, run: -56 * DAY })),
    ...Array.from({ length: 40 }, () => way({ credential: -60 * DAY })),
  ]);
  const chances = chancesOf(columns);
  // F(2 d) = 0.4 and F(9 d) = 0.6.
  expect(chances.of(2, 2 * DAY * HOUR)).toBeCloseTo((0.6 - 0.4) / (1 - 0.4), 12);
  expect(chances.of(2, 0)).toBeCloseTo(0.6, 12);
  expect(chances.of(2, 20 * DAY * HOUR)).toBe(0);
});

test('the chance is not known where few waited so long, nobody is known for seven days more, or there is no next step', () => {
  const many = Array.from({ length: 29 }, () => way({ credential: -60 * DAY }));
  expect(chancesOf(columnsOf(many)).of(2, HOUR)).toBeNull();
  const short = Array.from({ length: 50 }, () => way({ credential: -5 * DAY }));
  expect(chancesOf(columnsOf(short)).of(2, HOUR)).toBeNull();
  expect(chancesOf(columnsOf(short)).of(7, HOUR)).toBeNull();
  expect(chancesOf(columnsOf([])).of(0, HOUR)).toBeNull();
});
