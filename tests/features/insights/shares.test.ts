import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newcombe, wilson } from '../../../src/features/insights/shares.ts';
import { expectNear, goldenCase, goldenIds } from './golden.ts';

describe('agrees with Newcombe', () => {
  test.each(goldenIds('proportion_ci'))('%s', (id) => {
    const golden = goldenCase<{ x: number; n: number }, { wilson: [number, number] }>(id);
    const { x: k, n } = golden.input;
    const [lower, upper] = golden.expected.wilson;
    expectNear(wilson({ k, n }), { share: k / n, band: { lower, upper } }, golden.tolerance);
  });

  test.each(goldenIds('difference_ci'))('%s', (id) => {
    const golden = goldenCase<Record<'x1' | 'n1' | 'x2' | 'n2', number>, Record<string, number>>(id);
    const { x1, n1, x2, n2 } = golden.input;
    const { diff: difference, lower, upper } = golden.expected;
    const actual = newcombe({ k: x1, n: n1 }, { k: x2, n: n2 });
    expectNear(actual, { difference, band: { lower, upper } }, golden.tolerance);
  });
});

describe('edges', () => {
  test('nobody has no share, and no difference from anybody', () => {
    expect(wilson({ k: 0, n: 0 })).toBeNull();
    expect(newcombe({ k: 0, n: 0 }, { k: 1, n: 2 })).toBeNull();
    expect(newcombe({ k: 1, n: 2 }, { k: 0, n: 0 })).toBeNull();
  });

  test('none and all of one', () => {
    expectNear(wilson({ k: 0, n: 1 }), { share: 0, band: { lower: 0, upper: 0.79345 } }, 1e-5);
    expectNear(wilson({ k: 1, n: 1 }), { share: 1, band: { lower: 0.20655, upper: 1 } }, 1e-5);
  });

  test.each([
    [2, 1],
    [-1, 1],
    [0.5, 1],
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
  ])('%d of %d is a mistake of the caller', (k, n) => {
    expect(() => wilson({ k, n })).toThrow(RangeError);
  });
});

describe('properties', () => {
  const count = fc
    .integer({ min: 1, max: 1e6 })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));

  test('limits enclose the share within 0 and 1, and mirror with it', () => {
    fc.assert(
      fc.property(count, ({ k, n }) => {
        const { share, band } = wilson({ k, n }) ?? { share: Number.NaN, band: { lower: 1, upper: 0 } };
        expect(band.lower).toBeGreaterThanOrEqual(0);
        expect(band.lower).toBeLessThanOrEqual(share);
        expect(band.upper).toBeGreaterThanOrEqual(share);
        expect(band.upper).toBeLessThanOrEqual(1);
        const mirrored = { share: 1 - share, band: { lower: 1 - band.upper, upper: 1 - band.lower } };
        expectNear(wilson({ k: n - k, n }), mirrored);
      }),
    );
  });

  test('a difference lies within −1 and 1, and turns round with its shares', () => {
    fc.assert(
      fc.property(count, count, (first, second) => {
        const actual = newcombe(first, second) ?? { difference: Number.NaN, band: { lower: 1, upper: 0 } };
        const { difference, band } = actual;
        expect(band.lower).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(band.lower).toBeLessThanOrEqual(difference);
        expect(band.upper).toBeGreaterThanOrEqual(difference);
        expect(band.upper).toBeLessThanOrEqual(1 + 1e-12);
        const turned = { difference: -difference, band: { lower: -band.upper, upper: -band.lower } };
        expectNear(newcombe(second, first), turned);
      }),
    );
  });
});
