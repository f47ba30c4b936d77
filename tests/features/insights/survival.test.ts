import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BandKind,
  kaplanMeier,
  median,
  type Observation,
  quantile,
  restrictedMean,
  shareWithin,
  standardError,
  survivalBand,
} from '../../../src/features/insights/survival.ts';

interface GoldenCase {
  id: string;
  kind: string;
  input: { time: number[]; event: number[]; survival_levels?: number[]; conf_type?: BandKind };
  // biome-ignore lint/suspicious/noExplicitAny: every golden case has a shape of its own
  expected: any;
}

const golden: { cases: GoldenCase[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/golden-analytics.json', import.meta.url), 'utf8'),
);

function goldenCase(id: string) {
  const found = golden.cases.find((each) => each.id === id);
  if (!found) throw new Error(`No golden case ${id}`);
  const observations = found.input.time.map((time, i) => ({ time, event: found.input.event[i] === 1 }));
  return { ...found, curve: kaplanMeier(observations) };
}

/** Seven printed digits agree. */
function near(actual: readonly (number | null)[], expected: readonly (number | null)[]) {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    if (value === null) expect(actual[i]).toBeNull();
    else expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(1e-6);
  }
}

describe('agrees with R', () => {
  test('every Kaplan–Meier and quantile case of the fixture is tested here', () => {
    const ids = golden.cases
      .filter(({ kind }) => ['kaplan_meier', 'quantile_convention'].includes(kind))
      .map(({ id }) => id);
    expect(ids).toEqual([
      'km-6mp',
      'km-6mp-placebo',
      'km-statsmodels-1',
      'km-statsmodels-2',
      'km-median-plateau',
      'km-quantile-R-test',
      'km-tie-censor',
      'km-never-crosses',
    ]);
  });

  test.each(['km-6mp', 'km-6mp-placebo'])(
    '%s: curve, errors, and quantiles under five kinds of band',
    (id) => {
      const { curve, expected } = goldenCase(id);
      expect(curve).toMatchObject({ n: expected.n, events: expected.events });
      const table: {
        t: number;
        n_risk: number;
        n_event: number;
        surv: number;
        greenwood_se: number | null;
      }[] = expected.table;
      expect(curve.points.map(({ time, atRisk, events }) => [time, atRisk, events])).toEqual(
        table.map(({ t, n_risk, n_event }) => [t, n_risk, n_event]),
      );
      near(
        curve.points.map(({ survival }) => survival),
        table.map(({ surv }) => surv),
      );
      near(
        curve.points.map(standardError),
        table.map(({ greenwood_se }) => greenwood_se),
      );
      expect(median(curve).estimate).toBe(expected.median);
      for (const kind of ['plain', 'log', 'log-log', 'logit', 'arcsin'] as const) {
        for (const [name, p] of [
          ['p25', 0.25],
          ['p50', 0.5],
          ['p75', 0.75],
        ] as const) {
          const { est: estimate, lo: lower, hi: upper } = expected.quantile_ci_95[kind][name];
          expect({ kind, name, ...quantile(curve, p, kind) }).toEqual({ kind, name, estimate, lower, upper });
        }
      }
    },
  );

  test.each(['km-statsmodels-1', 'km-statsmodels-2', 'km-tie-censor'])('%s: curve', (id) => {
    const { curve, expected } = goldenCase(id);
    expect(curve.points.map(({ time }) => time)).toEqual(expected.t);
    expect(curve.points.map(({ atRisk }) => atRisk)).toEqual(expected.n_risk);
    expect(curve.points.map(({ events }) => events)).toEqual(expected.n_event);
    near(
      curve.points.map(({ survival }) => survival),
      expected.surv,
    );
    if (expected.se) near(curve.points.map(standardError), expected.se);
  });

  test('a step exactly on one half gives its middle, and rounding does not change that', () => {
    const { curve, expected } = goldenCase('km-median-plateau');
    near(
      curve.points.map(({ survival }) => survival),
      expected.surv,
    );
    expect(median(curve).estimate).toBe(expected.median_R_SAS);
    // (1 − 1/10)(1 − 1/9)…(1 − 1/6) is one half, but not in floating point.
    const ten = kaplanMeier(Array.from({ length: 10 }, (_, i) => ({ time: i + 1, event: true })));
    expect(median(ten).estimate).toBe(5.5);
  });

  test('R’s own test of quantiles', () => {
    const { curve, input, expected } = goldenCase('km-quantile-R-test');
    const all = (input.survival_levels ?? []).map((level, i) => {
      // The fixture prints the levels of S to eight digits; the curve has them exactly.
      const exact = curve.points
        .map(({ survival }) => survival)
        .concat((1 + 6 / 7) / 2)
        .find((s) => Math.abs(s - level) < 1e-7);
      return { i, ...quantile(curve, 1 - (exact ?? level), input.conf_type) };
    });
    expect(all.map(({ estimate }) => estimate)).toEqual(expected.quantile);
    expect(all.map(({ lower }) => lower)).toEqual(expected.lower);
    expect(all.map(({ upper }) => upper)).toEqual(expected.upper);
  });

  test('a curve that stays above one half has no median', () => {
    const { curve, expected } = goldenCase('km-never-crosses');
    expect(median(curve)).toEqual({ estimate: null, lower: expect.anything(), upper: null });
    expect(quantile(curve, 0.25)).toMatchObject({ estimate: expected.p25, lower: expected.p25_lower_loglog });
  });
});

describe('the worked example of the definitions', () => {
  const hours = '0.1, 0.3, 0.5, 1+, 2, 6+, 10, 20, 30, 30+, 48+, 72+';
  const curve = kaplanMeier(
    hours.split(', ').map((text) => ({ time: Number.parseFloat(text), event: !text.endsWith('+') })),
  );

  test('is reproduced to the printed digit', () => {
    expect(curve).toMatchObject({ n: 12, events: 7, lastTime: 72 });
    const printed = [0.9167, 0.8333, 0.75, 0.65625, 0.5469, 0.4375, 0.3281];
    expect(
      curve.points
        .map(({ survival }) => Math.round(survival * 1e5) / 1e5)
        .map((s, i) => Math.abs(s - (printed[i] ?? 0)) < 6e-5),
    ).toEqual(printed.map(() => true));
    expect(median(curve).estimate).toBe(20);
    expect(shareWithin(curve, 24)?.share).toBeCloseTo(0.5625, 12);
    expect(restrictedMean(curve, 24)).toBeCloseTo(14.044, 3);
    const atTwenty = curve.points.find(({ time }) => time === 20);
    const band = atTwenty && survivalBand(atTwenty);
    expect(band?.lower).toBeCloseTo(0.144, 3);
    expect(band?.upper).toBeCloseTo(0.703, 3);
  });

  test('says nothing beyond the longest observation', () => {
    expect(shareWithin(curve, 72)).not.toBeNull();
    expect(shareWithin(curve, 73)).toBeNull();
    expect(restrictedMean(curve, 73)).toBeNull();
  });
});

describe('edges', () => {
  test('nobody is not a share of zero', () => {
    const nobody = kaplanMeier([]);
    expect(shareWithin(nobody, 24)).toBeNull();
    expect(median(nobody)).toEqual({ estimate: null, lower: null, upper: null });
  });

  test('everybody called: the share is one, without limits, at any later time', () => {
    const all = kaplanMeier([
      { time: 0, event: true },
      { time: 2, event: true },
    ]);
    expect(shareWithin(all, 1000)).toEqual({ share: 1, band: null });
    expect(shareWithin(all, 0)?.share).toBe(0.5);
  });

  test('a time that is no duration is a mistake of the caller', () => {
    for (const time of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => kaplanMeier([{ time, event: true }])).toThrow(RangeError);
    }
  });

  test('delayed entry: nobody is at risk before being watched', () => {
    // By hand: at 4, the one who entered at 5 is not there yet (1 of 2); at 6 everybody left is (1 of 2).
    const curve = kaplanMeier([
      { time: 4, event: true },
      { time: 6, event: true, entry: 5 },
      { time: 8, event: false, entry: 2 },
    ]);
    expect(curve.points.map(({ time, atRisk, survival }) => [time, atRisk, survival])).toEqual([
      [4, 2, 0.5],
      [6, 2, 0.25],
    ]);
  });
});

describe('properties', () => {
  const observation = fc.record({ time: fc.integer({ min: 0, max: 50 }), event: fc.boolean() });
  const observations = fc.array(observation, { minLength: 1, maxLength: 60 });
  const survivalAt = (list: Observation[], time: number) =>
    kaplanMeier(list)
      .points.filter((point) => point.time <= time)
      .at(-1)?.survival ?? 1;

  test('without events everybody is still waiting', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const curve = kaplanMeier(list.map((each) => ({ ...each, event: false })));
        expect(curve.points).toEqual([]);
        expect(shareWithin(curve, 0)?.share).toBe(0);
        expect(median(curve).estimate).toBeNull();
      }),
    );
  });

  test('the order of the developers does not matter', () => {
    const shuffled = observations.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(kaplanMeier(other)).toEqual(kaplanMeier(list));
      }),
    );
  });

  test('without censoring the curve is the plain share', () => {
    fc.assert(
      fc.property(observations, fc.integer({ min: 0, max: 60 }), (list, time) => {
        const all = list.map((each) => ({ ...each, event: true }));
        const share = all.filter((each) => each.time <= time).length / all.length;
        expect(shareWithin(kaplanMeier(all), time)?.share).toBeCloseTo(share, 10);
      }),
    );
  });

  test('F rises from 0 to at most 1, within its band', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const curve = kaplanMeier(list);
        let before = 0;
        for (let time = 0; time <= curve.lastTime; time += 1) {
          const { share, band } = shareWithin(curve, time) ?? { share: Number.NaN, band: null };
          expect(share).toBeGreaterThanOrEqual(before);
          expect(share).toBeLessThanOrEqual(1);
          if (band) {
            expect(band.lower).toBeLessThanOrEqual(share);
            expect(band.upper).toBeGreaterThanOrEqual(share);
            expect(band.lower).toBeGreaterThanOrEqual(0);
            expect(band.upper).toBeLessThanOrEqual(1);
          }
          before = share;
        }
      }),
    );
  });

  test('one more developer who is still waiting never lowers the median', () => {
    fc.assert(
      fc.property(observations, fc.integer({ min: 0, max: 60 }), (list, time) => {
        const before = median(kaplanMeier(list)).estimate ?? Number.POSITIVE_INFINITY;
        const after =
          median(kaplanMeier([...list, { time, event: false }])).estimate ?? Number.POSITIVE_INFINITY;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test('the restricted mean is the mean of the times cut at the horizon when nobody is censored', () => {
    fc.assert(
      fc.property(observations, fc.integer({ min: 0, max: 60 }), (list, horizon) => {
        const all = list.map((each) => ({ ...each, event: true }));
        const mean = all.reduce((sum, { time }) => sum + Math.min(time, horizon), 0) / all.length;
        expect(restrictedMean(kaplanMeier(all), horizon)).toBeCloseTo(mean, 9);
      }),
    );
  });

  test('entering at the anchor is the same as no delayed entry', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const later = list.map((each) => ({ ...each, time: each.time + 1 }));
        const entered = later.map((each) => ({ ...each, entry: 0 }));
        expect(survivalAt(entered, 30)).toBe(survivalAt(later, 30));
      }),
    );
  });
});
