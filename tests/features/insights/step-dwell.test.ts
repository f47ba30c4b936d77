import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepDwells } from '../../../src/features/insights/step-dwell.ts';
import { STEPS } from '../../../src/features/journeys/journey.ts';
import { HOUR, NOON } from '../../support/portal.ts';
import { columnsOf, type Told } from './columns.ts';
import { anyWay, way } from './ways.ts';

const dwells = (developers: readonly Told[]) =>
  stepDwells(columnsOf(developers), Uint32Array.from(developers.keys()), NOON);

test('the clock runs from the latest earlier step, also where steps were taken in another order', () => {
  // The key came before the goal: having the key is having got as far as the goal.
  const [toGoal, toKey, toRun] = dwells([way({ visited: -10, credential: -8, goal: -6, run: -5 })]);
  expect(toGoal?.observations).toEqual([{ time: 2 * HOUR, cause: 'event' }]);
  expect(toKey?.observations).toEqual([{ time: 2 * HOUR, cause: 'event' }]);
  expect(toRun?.observations).toEqual([{ time: HOUR, cause: 'event' }]);
});

test('who waits, who left, and of whom no earlier time is known', () => {
  const [toGoal, toKey, toRun] = dwells([
    way({ credential: -8 }),
    way({ visited: -8, credential: -8, ended: -3 }),
    way({ visited: -9, credential: -8, run: 1 }),
  ]);
  expect(toGoal).toMatchObject({ n: 2, events: 2 });
  expect(toKey).toMatchObject({ n: 2, events: 2 });
  expect(toRun).toMatchObject({ n: 3, events: 0, closed: 1 });
  expect(toRun?.observations.map(({ time, cause }) => [time / HOUR, cause])).toEqual([
    [8, null],
    [5, 'closed'],
    [8, null],
  ]);
});

/** The same, word for word: no pass over the steps is saved. */
function plainly(developer: Told, step: number) {
  const columns = columnsOf([developer]);
  const times = STEPS.map((name) => columns.steps[name][0] ?? Number.NaN).map((at) =>
    at <= NOON ? at : Number.NaN,
  );
  const known = (from: number, to?: number) => times.slice(from, to).filter((at) => !Number.isNaN(at));
  if (step > 1 && known(step - 1).length === 0) return null;
  const reached = Math.min(...known(step));
  const earlier = known(0, step).filter((at) => at <= reached);
  if (earlier.length === 0) return null;
  const ended = columns.ended[0] ?? Number.NaN;
  const until = Number.isFinite(reached) ? reached : Number.isNaN(ended) ? NOON : Math.min(ended, NOON);
  return Math.max(0, until - Math.max(...earlier));
}

test('whatever the order of the steps, the dwell is the one that the definition says', () => {
  fc.assert(
    fc.property(anyWay, (developer) => {
      const found = dwells([developer]).map(({ observations }) => observations[0]?.time ?? null);
      expect(found).toEqual(STEPS.slice(1).map((_, at) => plainly(developer, at + 1)));
    }),
    { numRuns: 500 },
  );
});
