import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benjaminiHochberg, holm } from '../../../src/features/insights/multiple-comparisons.ts';
import { expectNear, goldenCase, goldenIds } from './golden.ts';

test('bh-1995', () => {
  expect(goldenIds('multiple_comparisons')).toEqual(['bh-1995']);
  const { input, expected, tolerance } = goldenCase<
    { p: number[]; alpha: number },
    { bh_rejected: number; bonferroni_rejected: number; bh_adjusted: number[]; holm_adjusted: number[] }
  >('bh-1995');
  const rejected = (adjusted: number[]) => adjusted.filter((p) => p <= input.alpha).length;
  expectNear(benjaminiHochberg(input.p), expected.bh_adjusted, tolerance);
  expectNear(holm(input.p), expected.holm_adjusted, tolerance);
  expect(rejected(benjaminiHochberg(input.p))).toBe(expected.bh_rejected);
  expect(rejected(input.p.map((p) => p * input.p.length))).toBe(expected.bonferroni_rejected);
});

describe('edges', () => {
  test('none and one stay as they are', () => {
    for (const adjust of [benjaminiHochberg, holm]) {
      expect(adjust([])).toEqual([]);
      expect(adjust([0.03])).toEqual([0.03]);
      expect(() => adjust([0.5, Number.NaN])).toThrow(RangeError);
      expect(() => adjust([1.01])).toThrow(RangeError);
      expect(() => adjust([-0.01])).toThrow(RangeError);
    }
  });
});

test('p ≤ Benjamini–Hochberg ≤ Holm ≤ Bonferroni, and all keep the order', () => {
  const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(ps, (list) => {
      const [fdr, family] = [benjaminiHochberg(list), holm(list)];
      for (const [i, p] of list.entries()) {
        expect(fdr[i]).toBeGreaterThanOrEqual(p);
        expect(family[i]).toBeGreaterThanOrEqual((fdr[i] ?? 0) * (1 - 1e-12));
        expect(family[i]).toBeLessThanOrEqual(Math.min(1, p * list.length) * (1 + 1e-12));
      }
      const order = [...list.keys()].sort((a, b) => (list[a] ?? 0) - (list[b] ?? 0));
      for (const adjusted of [fdr, family]) {
        const sorted = order.map((i) => adjusted[i] ?? 0);
        expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
      }
    }),
  );
});
