import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cumulativeIncidence, incidenceWithin } from '../../../src/features/insights/competing-risks.ts';
import { completeAt, lastComplete, parseQuarter, quarterOf } from '../../../src/features/insights/quarter.ts';
import {
  listFigures,
  measureQuarter,
  type QuarterFindings,
  quarterFindings,
} from '../../../src/features/insights/quarter-findings.ts';
import { REACHED, waitingTimes } from '../../../src/features/insights/waiting-times.ts';
import type { Step } from '../../../src/features/journeys/journey.ts';
import { columnsOf, type Told, told } from './columns.ts';
import { developer, everyNumber } from './histories.ts';

const DAY = 86_400_000;
/** The quarter in which everybody of `histories.ts` begins. */
const QUARTER = quarterOf(0);
const COMPLETE = completeAt(QUARTER);
const measure = (developers: readonly Told[]) => measureQuarter(columnsOf(developers), QUARTER, 1);

describe('a quarter is complete', () => {
  test('when everybody who began in it has been here for 21 days', () => {
    const at = Date.UTC(2026, 9, 22);
    expect(completeAt(quarterOf(Date.UTC(2026, 8)))).toBe(at);
    expect([at - 1, at].map((now) => lastComplete(now).id)).toEqual(['2026-Q2', '2026-Q3']);
  });

  test('after the one before it and before the next one, whatever the time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (now) => {
        const last = lastComplete(now);
        expect(completeAt(last)).toBeLessThanOrEqual(now);
        expect(completeAt(quarterOf(last.end))).toBeGreaterThan(now);
        expect(parseQuarter(last.id)).toEqual(last);
      }),
    );
  });
});

test('what is found: of those who began in the quarter, each given the same time', () => {
  const findings = measure([
    { t0: 0, credential: 0, run: 1, first_call: DAY, live: 21 * DAY },
    { t0: QUARTER.end - 1, credential: QUARTER.end, first_call: QUARTER.end + 7 * DAY },
    { t0: 5 * DAY, credential: 5 * DAY, run: 19 * DAY + 1 },
    { t0: 0, excluded: true },
    { t0: QUARTER.end, credential: QUARTER.end },
  ]);
  expect(findings).toMatchObject({
    developers: 3,
    calledWithin24h: { k: 1, n: 3 },
    // The second called a millisecond too late.
    calledWithin7d: { k: 1, n: 3 },
    liveWithin21d: { k: 1, n: 3 },
  });
  const transition = (to: Step) => findings.transitions.find((one) => one.to === to);
  expect(transition('credential')).toMatchObject({ from: 'goal', count: { k: 3, n: 3 } });
  // Live after 21 days, the run after 14 and a millisecond: not within 14 days.
  expect(transition('run')).toMatchObject({ count: { k: 2, n: 3 } });
  expect(transition('own_machine')).toMatchObject({ count: { k: 0, n: 2 } });
});

test('nothing that happens after the quarter was complete changes what is found', () => {
  const late = fc.integer({ min: 1, max: 400 * DAY }).map((after) => COMPLETE + after);
  fc.assert(
    fc.property(fc.array(developer, { maxLength: 20 }), late, (developers, at) => {
      const later = developers.map((one) => ({
        ...one,
        claimed: one.claimed ?? at,
        live: one.live ?? at,
        ended: one.ended ?? at,
      }));
      expect(measure([...later, { t0: at }])).toEqual(measure(developers));
    }),
  );
});

test('where everybody was followed, F is the share itself, also where somebody went', () => {
  fc.assert(
    fc.property(fc.array(developer, { minLength: 1, maxLength: 60 }), (developers) => {
      const { columns, places } = told(developers, COMPLETE);
      const findings = measure(developers);
      for (const [to, count, within] of [
        ['first_call', findings.calledWithin24h, DAY],
        ['live', findings.liveWithin21d, 21 * DAY],
      ] as const) {
        const { observations } = waitingTimes(columns, places, { from: 't0', to }, COMPLETE);
        const estimate = incidenceWithin(cumulativeIncidence(observations, REACHED), within);
        if (estimate) expect(count.k / count.n).toBeCloseTo(estimate.share, 9);
      }
    }),
  );
});

test('what is found can be kept as text and read again, and every number in it is one', () => {
  fc.assert(
    fc.property(fc.array(developer, { maxLength: 30 }), (developers) => {
      const findings = measure(developers);
      expect(everyNumber(findings).every((number) => Number.isFinite(number) && number >= 0)).toBe(true);
      expect(quarterFindings.parse(JSON.parse(JSON.stringify(findings)))).toEqual(findings);
      expect(listFigures(findings)).toHaveLength(10);
    }),
  );
});

test.each<[string, (good: QuarterFindings) => unknown]>([
  ['of another version', (good) => ({ ...good, version: 2 })],
  ['more than all', (good) => ({ ...good, liveWithin21d: { k: 2, n: 1 } })],
  ['less than none', (good) => ({ ...good, developers: -1 })],
  ['a part of somebody', (good) => ({ ...good, developers: 0.5 })],
  ['a step missing', (good) => ({ ...good, transitions: good.transitions.slice(1) })],
  ['steps in another order', (good) => ({ ...good, transitions: good.transitions.toReversed() })],
  ['nothing', () => null],
])('what cannot have been found is not read: %s', (_, spoil) => {
  expect(quarterFindings.safeParse(spoil(measure([{ t0: 0 }]))).success).toBe(false);
});
