import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditFriction } from '../../../src/features/insights/friction-audit.ts';
import { parseInsightsQuery } from '../../../src/features/insights/insights-query.ts';
import { selectDevelopers } from '../../../src/features/insights/select-developers.ts';
import { HOUR, NOON } from '../../support/portal.ts';
import { columnsOf, type Told } from './columns.ts';
import { anyWay, numbersIn, way } from './ways.ts';

function audit(developers: readonly Told[], search = '') {
  const columns = columnsOf(developers);
  const query = parseInsightsQuery(new URLSearchParams(search));
  return auditFriction({ columns, query, asOf: NOON, ...selectDevelopers(columns, query, NOON) });
}

/** 12 developers: 2 stop at the key, 6 at the sample, 1 at the first call, 3 are live. */
const TWELVE = [
  ...[1, 2].map((day) => way({ visited: -24 * day, credential: -24 * day })),
  ...Array.from({ length: 5 }, () =>
    way(
      { visited: -100, goal: -99, credential: -98, run: -96, active: -90 },
      { errorCode: 'invalid_api_key', lastEvent: 'invalid_api_key' },
    ),
  ),
  way({ goal: -99, credential: -98, run: -97, active: -1 }, { errorCode: 'fresh', lastEvent: 'fresh' }),
  way({ visited: -300, goal: -299, credential: -298, run: -297, first_call: -296 }),
  ...Array.from({ length: 3 }, () =>
    way({
      visited: -900,
      goal: -899,
      credential: -898,
      run: -897,
      first_call: -880,
      own_machine: -880,
      claimed: -870,
      live: -700,
    }),
  ),
];

test('who got at least so far, who stopped, and who passed over a step', () => {
  const { steps, transitions, losses } = audit(TWELVE);
  expect(steps.map(({ reached }) => reached)).toEqual([12, 12, 12, 10, 4, 3, 3, 3]);
  expect(steps.map(({ passedOver }) => passedOver)).toEqual([1, 2, 0, 0, 0, 0, 0, 0]);
  expect(transitions.map(({ dropOff }) => dropOff)).toEqual([0, 0, 2, 6, 1, 0, 0]);
  expect(losses).toBe(9);
  const [, , , toCall] = transitions;
  expect(toCall).toMatchObject({
    from: 'run',
    to: 'first_call',
    n: 10,
    reached: 4,
    idle: 5,
    ofLosses: 6 / 9,
  });
  // Wilson by hand: (4 + 1.9208 ± 1.96 √(4 · 6 / 10 + 0.9604)) / 13.8415.
  expect(toCall?.conversion?.band.lower).toBeCloseTo(0.1682, 3);
  expect(toCall?.conversion?.band.upper).toBeCloseTo(0.6873, 3);
});

test('errors and last things are told of those who have been idle for 48 hours, and of nobody else', () => {
  const [, , toRun, toCall] = audit(TWELVE).transitions;
  expect(toCall?.errorCodes).toEqual([{ text: 'invalid_api_key', n: 5 }]);
  expect(toCall?.lastEvents).toEqual([{ text: 'invalid_api_key', n: 5 }]);
  // Exactly 48 hours are idle, 24 are not.
  expect(toRun?.idle).toBe(1);
});

test('the median counts those who wait: half of ten have not called, so it is not reached', () => {
  const { transitions } = audit(TWELVE);
  expect(transitions[3]?.dwell).toEqual({ n: 10, median: null, p90: null });
  // From the key to the sample: five took 1 hour, five 2 hours, and two wait.
  expect(transitions[2]?.dwell).toMatchObject({ n: 12, median: 2 * HOUR, p90: null });
  // From the first call to their own machine: three with the same call, and one who waits.
  expect(transitions[4]?.dwell).toMatchObject({ n: 4, median: 0 });
});

test('the worst steps are named, absolute and relative, and what is too small to say is not', () => {
  const { biggestLoss, lowestConversion, slowest, worst } = audit(TWELVE);
  expect(biggestLoss?.from).toBe('run');
  expect(lowestConversion?.from).toBe('run');
  expect(slowest?.to).toBe('run');
  expect(worst.map(({ from }) => from)).toEqual(['run', 'credential']);
  expect(audit([way({ credential: -1 })])).toMatchObject({ lowestConversion: null, slowest: null });
});

test('a step that somebody passed over ends the waiting for it', () => {
  const { steps, transitions } = audit([way({ visited: -10, credential: -9, claimed: -4 })]);
  expect(steps.map(({ passedOver }) => passedOver)).toEqual([0, 1, 0, 1, 1, 1, 0, 0]);
  expect(transitions.map(({ dwell }) => dwell.median)).toEqual([
    HOUR,
    HOUR,
    5 * HOUR,
    5 * HOUR,
    5 * HOUR,
    5 * HOUR,
    null,
  ]);
});

test('who deleted themselves has stopped, and is not idle', () => {
  const [, , toRun] = audit([way({ credential: -500, ended: -400 }, { errorCode: 'x' })]).transitions;
  expect(toRun).toMatchObject({ dropOff: 1, idle: 0, ended: 1, errorCodes: [] });
});

test('nobody, everybody excluded, and everybody in the future: no step has a conversion', () => {
  const cases = [[], [way({ credential: -1 }, { excluded: true })], [way({ credential: 5 })]];
  for (const developers of cases) {
    const { n, transitions, worst, biggestLoss } = audit(developers);
    expect([n, worst, biggestLoss]).toEqual([0, [], null]);
    for (const one of transitions) {
      expect(one).toMatchObject({ n: 0, conversion: null, ofLosses: null, dwell: { n: 0, median: null } });
    }
  }
});

test('whatever the history: reach is nested, shares lie within 0 and 1, nothing is NaN or infinite', () => {
  fc.assert(
    fc.property(
      fc.array(anyWay, { maxLength: 60 }),
      fc.constantFrom('', 'channel=docs', 'from=2026-10-01'),
      (developers, search) => {
        const found = audit(developers, search);
        for (const number of numbersIn(found)) expect(number).toSatisfy(Number.isFinite);
        expect(found.steps[0]?.reached).toBe(found.n);
        for (const [
          at,
          { from, n, reached, conversion, dropOff, dwell, idle, ended },
        ] of found.transitions.entries()) {
          expect(found.steps[at]).toMatchObject({ step: from, reached: n });
          expect(found.steps[at + 1]?.reached).toBe(reached);
          expect(n - reached).toBe(dropOff);
          expect(idle + ended).toBeLessThanOrEqual(dropOff);
          expect(dwell.n).toBeLessThanOrEqual(n);
          for (const share of [conversion?.share, conversion?.band.lower, conversion?.band.upper]) {
            if (share !== undefined) expect(share).toSatisfy((one: number) => one >= 0 && one <= 1);
          }
        }
        const lost = found.transitions.reduce((sum, { dropOff }) => sum + dropOff, 0);
        expect(lost).toBe(found.losses);
      },
    ),
  );
});
