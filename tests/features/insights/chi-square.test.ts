import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquareTail } from '../../../src/features/insights/chi-square.ts';
import { erfc } from '../../../src/features/insights/normal.ts';

test.each([
  // Abramowitz and Stegun, table 7.1, and R's 2 * pnorm(-x * sqrt(2)).
  [0, 1],
  [0.5, 0.479500122186953],
  [1, 0.157299207050285],
  [2, 0.00467773498104727],
  [5, 1.53745979442803e-12],
  [10, 2.08848758376254e-45],
])('erfc(%d)', (x, expected) => {
  expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(1e-12);
});

test.each([
  // The 5 % and 0.1 % points of the printed tables.
  [3.841458820694124, 1, 0.05],
  [5.991464547107979, 2, 0.05],
  [7.814727903251178, 3, 0.05],
  [18.30703805327515, 10, 0.05],
  [19.67513757268249, 11, 0.05],
  [10.82756617001321, 1, 0.001],
])('the tail beyond %d with %d degrees of freedom', (x, df, expected) => {
  expect(chiSquareTail(x, df)).toBeCloseTo(expected, 10);
});

describe('edges', () => {
  test('nothing is beyond infinity, everything is beyond 0', () => {
    for (const df of [1, 2, 7, 8]) {
      expect(chiSquareTail(0, df)).toBe(1);
      expect(chiSquareTail(Number.POSITIVE_INFINITY, df)).toBe(0);
      expect(chiSquareTail(1e300, df)).toBe(0);
    }
  });

  test.each([
    [-1, 1],
    [Number.NaN, 1],
    [1, 0],
    [1, 1.5],
    [1, Number.NaN],
  ])('χ² of %d with %d degrees of freedom is a mistake of the caller', (x, df) => {
    expect(() => chiSquareTail(x, df)).toThrow(RangeError);
  });
});

test('a tail falls with the statistic and rises with the degrees of freedom', () => {
  const statistic = fc.double({ min: 0, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(statistic, statistic, fc.integer({ min: 1, max: 40 }), (x, more, df) => {
      const tail = chiSquareTail(x, df);
      expect(tail).toBeGreaterThanOrEqual(0);
      expect(tail).toBeLessThanOrEqual(1);
      expect(chiSquareTail(x + more, df)).toBeLessThanOrEqual(tail * (1 + 1e-12));
      expect(chiSquareTail(x, df + 2)).toBeGreaterThanOrEqual(tail);
    }),
  );
});
