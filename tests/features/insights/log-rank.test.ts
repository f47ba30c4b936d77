import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LogRankWeight, logRank, stratifiedLogRank } from '../../../src/features/insights/log-rank.ts';
import type { Observation } from '../../../src/features/insights/survival.ts';
import { expectNear, goldenCase, goldenIds } from './golden.ts';

interface Sample {
  time: number[];
  event: number[];
}

const observe = ({ time, event }: Sample): Observation[] =>
  time.map((each, i) => ({ time: each, event: event[i] === 1 }));

describe('agrees with R', () => {
  test('every log-rank case of the fixture is tested here', () => {
    expect(goldenIds('logrank')).toEqual(['logrank-6mp', 'logrank-small']);
  });

  const sixMp = goldenCase<{ groups: Record<'A' | 'B', Sample> }, Record<string, number & number[]>>(
    'logrank-6mp',
  );
  const groups = [observe(sixMp.input.groups.A), observe(sixMp.input.groups.B)];

  test('logrank-6mp', () => {
    const { observed, expected, chisq, df, p, variance } = sixMp.expected;
    const result = logRank(groups);
    expectNear(result, { observed, expected, chiSquare: chisq, df, p }, sixMp.tolerance);
    const difference = (result?.observed[0] ?? 0) - (result?.expected[0] ?? 0);
    expectNear(difference ** 2 / (result?.chiSquare ?? 0), variance, sixMp.tolerance);
  });

  test.each<[LogRankWeight, string]>([
    ['gehan-wilcoxon', 'wilcoxon_chisq'],
    ['tarone-ware', 'tarone_ware_chisq'],
    ['peto', 'peto_chisq'],
  ])('logrank-6mp weighted: %s', (weight, name) => {
    expectNear(logRank(groups, weight)?.chiSquare, sixMp.expected[name], sixMp.tolerance);
  });

  test('logrank-small', () => {
    const small = goldenCase<{ cases: (Sample & { group: number[] })[] }, { chisq: number; p: number }[]>(
      'logrank-small',
    );
    const results = small.input.cases.map(({ group, ...sample }) =>
      logRank([...new Set(group)].map((label) => observe(sample).filter((_, i) => group[i] === label))),
    );
    expectNear(
      results.map((result) => ({ chisq: result?.chiSquare, p: result?.p })),
      small.expected,
      small.tolerance,
    );
  });
});

describe('three groups and two strata', () => {
  const at = (...times: number[]) => times.map((time) => ({ time, event: true }));

  test('by hand: one event time, multinomial without replacement', () => {
    // 2, 3 and 5 at risk; 1, 0 and 3 events: U = (0.2, −1.2, 1) and V = d (n − d) / (n − 1) (diag q − q q′) with
    // d (n − d) / (n − 1) = 24/9, so U′ V⁻ U = 9/24 Σ U² / q.
    const late = (count: number) => Array.from({ length: count }, () => ({ time: 2, event: false }));
    const result = logRank([[...at(1), ...late(1)], late(3), [...at(1, 1, 1), ...late(2)]]);
    const sum = 0.2 ** 2 / 0.2 + 1.2 ** 2 / 0.3 + 1 ** 2 / 0.5;
    expectNear(result, {
      observed: [1, 0, 3],
      expected: [0.8, 1.2, 2],
      chiSquare: (9 / 24) * sum,
      df: 2,
      p: Math.exp((-9 / 48) * sum),
    });
  });

  test('strata of groups that never meet have fewer degrees of freedom', () => {
    const result = stratifiedLogRank([
      [at(1, 3), at(2, 4), [], []],
      [[], [], at(1, 3), at(2, 4)],
    ]);
    const one = logRank([at(1, 3), at(2, 4)]);
    expect(result?.df).toBe(2);
    expect(result?.chiSquare).toBeCloseTo(2 * (one?.chiSquare ?? Number.NaN), 12);
  });

  test('a mix of strata is not mistaken for a difference', () => {
    // Within each stratum both groups are alike; the second group has more of the slow stratum.
    const fast = at(1, 2, 3);
    const slow = at(11, 12, 13);
    const strata = [
      [[...fast, ...fast, ...fast], fast],
      [slow, [...slow, ...slow, ...slow]],
    ];
    expect(stratifiedLogRank(strata)?.chiSquare).toBeCloseTo(0, 12);
    expect(logRank([0, 1].map((i) => strata.flatMap((groups) => groups[i] ?? [])))?.p).toBeLessThan(0.05);
  });
});

describe('edges', () => {
  const one = [{ time: 1, event: true }];

  test.each([
    ['no group', []],
    ['one group', [one]],
    ['nobody', [[], []]],
    ['one group without anybody', [one, []]],
    ['one developer in all', [[], one]],
    ['no event', [[{ time: 1, event: false }], [{ time: 2, event: false }]]],
    ['groups that are never watched together', [one, [{ time: 9, event: true, entry: 5 }]]],
  ] satisfies [string, Observation[][]][])('%s: nothing to compare', (_name, groups) => {
    expect(logRank(groups)).toBeNull();
  });

  test('an empty group takes no degree of freedom', () => {
    const other = [{ time: 2, event: true }];
    expect(logRank([one, [], other])).toMatchObject({ df: 1, chiSquare: logRank([one, other])?.chiSquare });
  });

  test('strata of different groups are a mistake of the caller', () => {
    expect(() => stratifiedLogRank([[one, one], [one]])).toThrow(RangeError);
    expect(() => logRank([one, [{ time: Number.NaN, event: true }]])).toThrow(RangeError);
    expect(stratifiedLogRank([])).toBeNull();
  });
});

describe('properties', () => {
  const group = fc.array(fc.record({ time: fc.integer({ min: 0, max: 20 }), event: fc.boolean() }), {
    maxLength: 25,
  });
  const groups = fc.array(group, { minLength: 2, maxLength: 5 });

  test('as many events are expected as observed, and p is a probability', () => {
    fc.assert(
      fc.property(groups, (list) => {
        const result = logRank(list);
        if (!result) return;
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        expect(sum(result.expected)).toBeCloseTo(sum(result.observed), 9);
        expect(result.df).toBeLessThan(list.length);
        expect(result.p).toBeGreaterThanOrEqual(0);
        expect(result.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('the order of the groups does not matter', () => {
    fc.assert(
      fc.property(groups, (list) => {
        const [result, mirrored] = [logRank(list), logRank([...list].reverse())];
        expect(mirrored?.df).toBe(result?.df);
        if (result) expect(mirrored?.chiSquare).toBeCloseTo(result.chiSquare, 7);
      }),
    );
  });

  test('only the order of the times matters', () => {
    fc.assert(
      fc.property(groups, (list) => {
        const stretched = list.map((each) => each.map(({ time, event }) => ({ time: time ** 2, event })));
        expect(logRank(stretched)).toEqual(logRank(list));
      }),
    );
  });

  test('groups that are the same do not differ', () => {
    fc.assert(
      fc.property(group, fc.integer({ min: 2, max: 5 }), (each, copies) => {
        const result = logRank(Array.from({ length: copies }, () => each));
        if (result) expect(result.chiSquare).toBeCloseTo(0, 9);
      }),
    );
  });
});
