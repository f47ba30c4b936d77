import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FourFold, oddsRatio, pearson } from '../../../src/features/insights/association.ts';
import { mantelHaenszel } from '../../../src/features/insights/mantel-haenszel.ts';
import { expectNear } from './golden.ts';

const table = (tp: number, fp: number, fn: number, tn: number): FourFold => ({ tp, fp, fn, tn });

test('Berkeley admissions 1973 (Bickel 1975), as R’s mantelhaen.test without correction', () => {
  const departments = [
    table(512, 313, 89, 19),
    table(353, 207, 17, 8),
    table(120, 205, 202, 391),
    table(138, 279, 131, 244),
    table(53, 138, 94, 299),
    table(22, 351, 24, 317),
  ];
  const result = mantelHaenszel(departments);
  expect(result?.oddsRatio).toBeCloseTo(0.9046968, 7);
  expect(result?.band.lower).toBeCloseTo(0.7719074, 7);
  expect(result?.band.upper).toBeCloseTo(1.0603298, 7);
  expect(result?.chiSquare).toBeCloseTo(1.5246, 4);
  // Without the departments men seem to be preferred.
  const crude = departments.reduce((sum, each) =>
    table(sum.tp + each.tp, sum.fp + each.fp, sum.fn + each.fn, sum.tn + each.tn),
  );
  expect(oddsRatio(crude)?.band.lower).toBeGreaterThan(1.6);
});

describe('edges', () => {
  test.each([
    ['no stratum', []],
    ['strata of nobody', [table(0, 0, 0, 0)]],
    ['one developer', [table(1, 0, 0, 0)]],
    ['an empty margin', [table(3, 5, 0, 0)]],
    ['a ratio of 0', [table(0, 5, 3, 1)]],
    ['an infinite ratio', [table(5, 0, 3, 1)]],
  ] satisfies [string, FourFold[]][])('%s: nothing to compare', (_name, strata) => {
    expect(mantelHaenszel(strata)).toBeNull();
  });

  test('strata that compare nothing change nothing', () => {
    const one = table(10, 3, 4, 12);
    expect(mantelHaenszel([one, table(0, 0, 0, 0)])).toEqual(mantelHaenszel([one]));
    expectNear(mantelHaenszel([one, table(3, 5, 0, 0)])?.oddsRatio, mantelHaenszel([one])?.oddsRatio);
  });

  test('half a developer is a mistake of the caller', () => {
    expect(() => mantelHaenszel([table(0.5, 1, 1, 1)])).toThrow(RangeError);
  });
});

test('one stratum has the plain odds ratio and limits, and χ² of n − 1', () => {
  const cell = fc.integer({ min: 1, max: 500 });
  fc.assert(
    fc.property(fc.tuple(cell, cell, cell, cell), (cells) => {
      const one = table(...cells);
      const n = cells.reduce((sum, each) => sum + each, 0);
      const result = mantelHaenszel([one]);
      const plain = oddsRatio(one);
      expect(result?.oddsRatio).toBeCloseTo(plain?.oddsRatio ?? Number.NaN, 6);
      expect(Math.log(result?.band.upper ?? 0)).toBeCloseTo(Math.log(plain?.band.upper ?? Number.NaN), 9);
      expect(result?.chiSquare).toBeCloseTo(((pearson(one)?.chiSquare ?? Number.NaN) * (n - 1)) / n, 6);
    }),
  );
});
