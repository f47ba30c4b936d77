import { expect, test } from 'vitest';
import {
  between,
  exponential,
  mix,
  mulberry32,
  negativeBinomial,
  normal,
  pick,
  poisson,
} from '../../../src/features/demo/random.ts';
import { goldenCase } from '../insights/golden.ts';

const golden = goldenCase<{ seed: number }, { mulberry32_first5: number[] }>('rng');

/** Mean and variance of many draws. */
function moments(draw: (next: () => number) => number, n = 40_000) {
  const next = mulberry32(7);
  let [sum, squares] = [0, 0];
  for (let k = 0; k < n; k += 1) {
    const value = draw(next);
    sum += value;
    squares += value * value;
  }
  return { mean: sum / n, variance: squares / n - (sum / n) ** 2 };
}

test('mulberry32 gives the numbers of the fixture', () => {
  const next = mulberry32(golden.input.seed);
  const eight = golden.expected.mulberry32_first5.map(() => Number(next().toFixed(8)));
  expect(eight).toEqual(golden.expected.mulberry32_first5);
});

test('the seeds of streams within a stream are the same everywhere, and apart', () => {
  expect([0, 1, 2, 3, 4].map((index) => mix(42, index))).toMatchInlineSnapshot(`
    [
      2660731777,
      229396218,
      4098514562,
      3084468955,
      3258727290,
    ]
  `);
  expect(new Set(Array.from({ length: 20_000 }, (_, index) => mix(42, index))).size).toBe(20_000);
});

test('draws have the mean and the variance of their names', () => {
  expect(moments(normal)).toEqual({ mean: expect.closeTo(0, 1), variance: expect.closeTo(1, 1) });
  expect(moments(exponential)).toEqual({ mean: expect.closeTo(1, 1), variance: expect.closeTo(1, 1) });
  const counts = moments((next) => poisson(next, 2.5));
  expect(counts).toEqual({ mean: expect.closeTo(2.5, 1), variance: expect.closeTo(2.5, 1) });
  const clumped = moments((next) => negativeBinomial(next, 2, 4));
  expect(clumped).toEqual({ mean: expect.closeTo(2, 1), variance: expect.closeTo(3, 0) });
});

test('whatever is drawn, as many numbers are taken', () => {
  let taken = 0;
  const next = () => {
    taken += 1;
    return 0.999;
  };
  poisson(next, 30);
  negativeBinomial(next, 30, 1);
  between(next, 1, 9);
  pick(next, [{ value: 'a', weight: 1 }]);
  normal(next);
  expect(taken).toBe(6);
});

test('nothing is picked of nothing', () => {
  expect(() => pick(mulberry32(1), [])).toThrow(RangeError);
});
