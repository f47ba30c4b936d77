import { expect, test } from 'vitest';
import { sampleSize } from '../../../src/features/insights/sample-size.ts';
import { goldenCase } from './golden.ts';

test('it takes as many as R says', () => {
  const { input, expected, tolerance } = goldenCase<
    { p1: number; p2: number; power: 0.9 },
    { n_per_group: number; n_per_group_ceil: number }
  >('samplesize-1');
  const n = sampleSize(input.p1, input.p2, input.power);
  expect(Math.abs(n - expected.n_per_group)).toBeLessThan(tolerance);
  expect(Math.ceil(n)).toBe(expected.n_per_group_ceil);
});

test('a smaller difference takes more, and none is never noticed', () => {
  expect(sampleSize(0.2, 0.25)).toBeGreaterThan(sampleSize(0.2, 0.3));
  expect(sampleSize(0.2, 0.2)).toBe(Number.POSITIVE_INFINITY);
  expect(sampleSize(0, 1)).toBeGreaterThan(0);
  expect(() => sampleSize(-0.1, 0.5)).toThrow(RangeError);
});
