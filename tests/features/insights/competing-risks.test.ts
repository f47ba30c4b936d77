import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompetingObservation,
  cumulativeIncidence,
  incidenceWithin,
} from '../../../src/features/insights/competing-risks.ts';
import { kaplanMeier, shareWithin } from '../../../src/features/insights/survival.ts';
import { expectNear } from './golden.ts';

const observe = (text: string): CompetingObservation[] =>
  text.split(' ').map((each) => ({
    time: Number.parseFloat(each),
    cause: each.endsWith('+') ? null : each.endsWith('x') ? 'closed' : 'call',
  }));

describe('by hand: 1, 2 closed, 3 censored, 4, 4 closed, 6 censored', () => {
  const curve = cumulativeIncidence(observe('1 2x 3+ 4 4x 6+'), 'call');

  test('the curve', () => {
    // F(1) = 1/6; S(1) = 5/6, S(2) = 4/6; F(4) = 1/6 + 4/6 · 1/3; S(4) = 4/6 · 1/3.
    expectNear(
      curve.points.map(({ time, atRisk, events, incidence, eventFree }) => [
        time,
        atRisk,
        events,
        incidence,
        eventFree,
      ]),
      [
        [1, 6, 1, 1 / 6, 5 / 6],
        [2, 5, 0, 1 / 6, 2 / 3],
        [4, 3, 1, 7 / 18, 2 / 9],
      ],
    );
    expect(curve).toMatchObject({ n: 6, events: 2, lastTime: 6 });
  });

  test('its variance, term by term', () => {
    const [rise, late] = [7 / 18 - 1 / 6, 0];
    const hazards = rise ** 2 / (6 * 5) + rise ** 2 / (5 * 4) + (late * 2) / (3 * 1);
    const own = (1 * 5) / 6 ** 3 + (4 / 6) ** 2 * (2 / 3 ** 3);
    const cross = -2 * rise * (1 / 6 ** 2);
    expect(curve.points.at(-1)?.variance).toBeCloseTo(hazards + own + cross, 12);
  });

  test('a closed developer is not somebody still waiting', () => {
    const censored = observe('1 2x 3+ 4 4x 6+').map(({ time, cause }) => ({ time, event: cause === 'call' }));
    expect(shareWithin(kaplanMeier(censored), 6)?.share).toBeGreaterThan(
      incidenceWithin(curve, 6)?.share ?? 1,
    );
  });

  test('says nothing beyond the longest observation', () => {
    expect(incidenceWithin(curve, 0.5)).toEqual({ share: 0, band: null });
    expect(incidenceWithin(curve, 7)).toBeNull();
  });
});

describe('edges', () => {
  test('nobody is not a share of zero', () => {
    expect(incidenceWithin(cumulativeIncidence([], 'call'), 1)).toBeNull();
  });

  test('one developer', () => {
    expect(incidenceWithin(cumulativeIncidence(observe('1'), 'call'), 9)).toEqual({ share: 1, band: null });
    expect(incidenceWithin(cumulativeIncidence(observe('1x'), 'call'), 9)).toEqual({ share: 0, band: null });
    expect(incidenceWithin(cumulativeIncidence(observe('1+'), 'call'), 1)).toEqual({ share: 0, band: null });
  });

  test.each([
    { time: -1 },
    { time: Number.NaN },
    { time: Number.POSITIVE_INFINITY },
    { time: 2, entry: 2 },
    { time: 2, entry: Number.NaN },
  ])('%o is a mistake of the caller', (times) => {
    expect(() => cumulativeIncidence([{ ...times, cause: null }], 'call')).toThrow(RangeError);
  });
});

describe('properties', () => {
  const observations = fc.array(
    fc
      .record({
        time: fc.integer({ min: 1, max: 30 }),
        cause: fc.constantFrom('call', 'closed', 'banned', null),
        late: fc.integer({ min: 0, max: 40 }),
      })
      .map(({ time, cause, late }) => ({ time, cause, ...(late < time && late > 0 ? { entry: late } : {}) })),
    { minLength: 1, maxLength: 60 },
  );

  test('everybody has had one of the events or none', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const curves = ['call', 'closed', 'banned'].map((cause) => cumulativeIncidence(list, cause).points);
        for (const [i, { eventFree }] of curves[0]?.entries() ?? []) {
          const shares = curves.map((points) => points[i]?.incidence ?? Number.NaN);
          expect(shares.reduce((sum, share) => sum + share, eventFree)).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  test('where nothing competes it is one minus the Kaplan–Meier curve, with its band', () => {
    fc.assert(
      fc.property(observations, fc.integer({ min: 0, max: 31 }), (list, time) => {
        const alone = list.map((each) => ({ ...each, cause: each.cause && 'call' }));
        const curve = kaplanMeier(list.map(({ cause, ...each }) => ({ ...each, event: cause !== null })));
        expectNear(incidenceWithin(cumulativeIncidence(alone, 'call'), time), shareWithin(curve, time), 1e-7);
      }),
    );
  });

  test('a share rises within its band, and both stay between 0 and 1', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const curve = cumulativeIncidence(list, 'call');
        let before = 0;
        for (let time = 0; time <= curve.lastTime; time += 1) {
          const { share, band } = incidenceWithin(curve, time) ?? { share: Number.NaN, band: null };
          expect(share).toBeGreaterThanOrEqual(before);
          expect(share).toBeLessThanOrEqual(1 + 1e-12);
          if (band) {
            expect(band.lower).toBeGreaterThanOrEqual(0);
            expect(band.lower).toBeLessThanOrEqual(share);
            expect(band.upper).toBeGreaterThanOrEqual(share);
            expect(band.upper).toBeLessThanOrEqual(1);
          }
          before = share;
        }
      }),
    );
  });
});
