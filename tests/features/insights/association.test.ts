import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FourFold,
  mutualInformation,
  oddsRatio,
  pearson,
  phi,
  rates,
} from '../../../src/features/insights/association.ts';
import { fisherExact } from '../../../src/features/insights/fisher-exact.ts';
import { newcombe } from '../../../src/features/insights/shares.ts';
import { expectNear, goldenCase, goldenIds } from './golden.ts';

/** The names the fixture has for what the modules say of a table. */
function describeTable(table: FourFold) {
  const { tp, fp, fn, tn } = table;
  const { reach, baseRate, relativeRisk, ...same } = rates(table);
  const ratio = oddsRatio(table);
  const coefficient = phi(table);
  const bits = mutualInformation(table);
  return {
    n: tp + fp + fn + tn,
    ...same,
    prop_above: reach,
    base_rate: baseRate,
    rr: relativeRisk,
    risk_diff: newcombe({ k: tp, n: tp + fp }, { k: fn, n: fn + tn })?.difference,
    odds_ratio: ratio?.oddsRatio,
    or_ci: [ratio?.band.lower, ratio?.band.upper],
    or_ha: oddsRatio(table, 0.5)?.oddsRatio,
    posthog_or: oddsRatio(table, 1)?.oddsRatio,
    phi: coefficient?.phi,
    phi_ci: [coefficient?.band?.lower, coefficient?.band?.upper],
    mi_bits: bits,
    mi_nats: bits === null ? null : bits * Math.LN2,
    chisq: pearson(table)?.chiSquare,
    chisq_p: pearson(table)?.p,
    fisher_p: fisherExact(table),
  };
}

describe('the golden cases', () => {
  test('are all tested here', () => {
    expect(goldenIds('association_2x2')).toEqual(['assoc-compass1', 'assoc-compass3']);
    expect(goldenIds('posthog_odds_ratio')).toEqual(['assoc-posthog-prior']);
  });

  test.each(['assoc-compass1', 'assoc-compass3'])('%s', (id) => {
    const { input, expected, tolerance } = goldenCase<FourFold, Record<string, number | number[]>>(id);
    expectNear(describeTable(input), expected, tolerance);
  });

  test('assoc-posthog-prior: one developer added to every cell', () => {
    const golden = goldenCase<{ rows: Record<'s' | 'f' | 'S' | 'F', number>[] }, number[]>(
      'assoc-posthog-prior',
    );
    const actual = golden.input.rows.map(
      ({ s, f, S, F }) => oddsRatio({ tp: s, fp: f, fn: S - s, tn: F - f }, 1)?.oddsRatio,
    );
    expectNear(actual, golden.expected, golden.tolerance);
  });

  test('Fisher’s tea: three of four cups told right', () => {
    expect(fisherExact({ tp: 3, fp: 1, fn: 1, tn: 3 })).toBeCloseTo(34 / 70, 12);
  });
});

describe('edges', () => {
  const empty = [
    { tp: 0, fp: 0, fn: 0, tn: 0 },
    { tp: 1, fp: 0, fn: 0, tn: 0 },
    { tp: 3, fp: 5, fn: 0, tn: 0 },
    { tp: 0, fp: 0, fn: 3, tn: 5 },
    { tp: 3, fp: 0, fn: 5, tn: 0 },
    { tp: 0, fp: 3, fn: 0, tn: 5 },
  ];

  test.each(empty)('%o compares nothing', (table) => {
    for (const measure of [oddsRatio, phi, pearson, fisherExact]) expect(measure(table)).toBeNull();
    expect(Object.values(rates(table)).filter((rate) => rate !== null && !Number.isFinite(rate))).toEqual([]);
  });

  test('nobody tells nothing, and a constant tells nothing about another', () => {
    expect(empty.map(mutualInformation)).toEqual([null, 0, 0, 0, 0, 0]);
  });

  test('full agreement has a coefficient without a band, and an odds ratio that is finite', () => {
    const table = { tp: 4, fp: 0, fn: 0, tn: 4 };
    expect(phi(table)).toEqual({ phi: 1, band: null });
    expect(phi({ tp: 0, fp: 4, fn: 4, tn: 0 })).toEqual({ phi: -1, band: null });
    expect(phi({ tp: 1, fp: 1, fn: 0, tn: 1 })?.band).toBeNull();
    expect(oddsRatio(table)?.oddsRatio).toBe(81);
    expect(mutualInformation(table)).toBe(1);
    expect(() => oddsRatio(table, 0)).toThrow(RangeError);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d developers are a mistake', (tp) => {
    for (const measure of [rates, oddsRatio, phi, pearson, fisherExact, mutualInformation]) {
      expect(() => measure({ tp, fp: 1, fn: 1, tn: 1 })).toThrow(RangeError);
    }
  });

  test('a million developers are no more than a sum', () => {
    const table = { tp: 250_000, fp: 250_500, fn: 250_500, tn: 250_000 };
    expect(fisherExact(table)).toBeCloseTo(pearson(table)?.p ?? Number.NaN, 2);
  });
});

describe('properties', () => {
  const cell = fc.integer({ min: 0, max: 40 });
  const table = fc.record({ tp: cell, fp: cell, fn: cell, tn: cell });

  test('whatever is said is finite', () => {
    fc.assert(
      fc.property(table, (each) => {
        const said = [
          ...Object.values(rates(each)),
          oddsRatio(each)?.oddsRatio,
          phi(each)?.phi,
          phi(each)?.band?.lower,
          fisherExact(each),
          pearson(each)?.p,
          mutualInformation(each),
        ];
        for (const value of said) expect(value ?? 0).toSatisfy(Number.isFinite);
      }),
    );
  });

  test('action and outcome may change places', () => {
    fc.assert(
      fc.property(table, (each) => {
        const turned = { ...each, fp: each.fn, fn: each.fp };
        for (const measure of [oddsRatio, phi, pearson, fisherExact, mutualInformation]) {
          expectNear(measure(turned), measure(each), 1e-8);
        }
      }),
    );
  });

  test('all measures agree on the direction, and p is a probability', () => {
    fc.assert(
      fc.property(table, (each) => {
        const coefficient = phi(each);
        if (!coefficient) return;
        const direction = Math.sign(each.tp * each.tn - each.fp * each.fn);
        expect(Math.sign(coefficient.phi)).toBe(direction);
        const lift = rates(each).lift ?? Number.NaN;
        expect(Math.sign(Math.abs(lift - 1) < 1e-12 ? 0 : lift - 1)).toBe(direction);
        const p = fisherExact(each);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});
