import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Count, newcombe, wilson } from '../../../src/features/insights/shares.ts';
import { clopperPearson } from './clopper-pearson.ts';
import { expectNear, goldenCase, goldenIds } from './golden.ts';

const countUpTo = (max: number) =>
  fc
    .integer({ min: 1, max })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));

describe('agrees with Newcombe', () => {
  test.each(goldenIds('proportion_ci'))('%s', (id) => {
    const golden = goldenCase<
      { x: number; n: number },
      Record<'wilson' | 'clopper_pearson', [number, number]>
    >(id);
    const { x: k, n } = golden.input;
    const [lower, upper] = golden.expected.wilson;
    expectNear(wilson({ k, n }), { share: k / n, band: { lower, upper } }, golden.tolerance);
    const [exactLower, exactUpper] = golden.expected.clopper_pearson;
    expectNear(clopperPearson({ k, n }), { lower: exactLower, upper: exactUpper }, golden.tolerance);
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

describe('beside the exact limits of Clopper and Pearson', () => {
  /** Of each limit, in shares: how far it lies from the exact one, and how far outside of it. */
  const compare = ({ k, n }: Count) => {
    const { lower, upper } = wilson({ k, n })?.band ?? { lower: Number.NaN, upper: Number.NaN };
    const exact = clopperPearson({ k, n });
    const outside = [exact.lower - lower, upper - exact.upper];
    return { apart: Math.max(...outside.map(Math.abs)), outside: Math.max(...outside) };
  };

  test('of up to 45 developers none lies farther out', () => {
    for (let n = 1; n <= 45; n += 1)
      for (let k = 0; k <= n; k += 1) expect(compare({ k, n }).outside).toBeLessThan(1e-12);
    expect(compare({ k: 0, n: 46 }).outside).toBeGreaterThan(0);
  });

  test('none differs by as much as one developer, or lies a tenth of a point farther out', () => {
    fc.assert(
      fc.property(countUpTo(2_000), (count) => {
        const { apart, outside } = compare(count);
        expect(apart * count.n).toBeLessThan(1);
        expect(outside).toBeLessThan(0.001);
      }),
    );
  });
});

describe('properties', () => {
  const count = countUpTo(1e6);

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
