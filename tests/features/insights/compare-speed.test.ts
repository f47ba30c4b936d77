import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSpeed } from '../../../src/features/insights/compare-speed.ts';
import { differenceOfMeans } from '../../../src/features/insights/restricted-mean.ts';
import { kaplanMeier } from '../../../src/features/insights/survival.ts';
import { TO_FIRST_CALL, timeToFirstCall } from '../../../src/features/insights/time-to-first-call.ts';
import { type Told, told } from './columns.ts';
import { developer, everyNumber } from './histories.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** So many of a channel, of whom the first ones call, each after another minute from `after` hours on. */
function segment(channel: string, n: number, called: number, after = 1): Told[] {
  return Array.from({ length: n }, (_, i) => ({
    t0: 0,
    channel,
    ...(i < called && { first_call: after * HOUR + i * 60_000 }),
  }));
}

function compare(developers: readonly Told[], asOf = 30 * DAY) {
  const { columns, places } = told(developers, asOf);
  return compareSpeed(columns, places, { by: 'channel', clock: TO_FIRST_CALL, asOf });
}

test('the four largest segments are drawn, the others counted, and those of fewer than five only as segments', () => {
  const sizes = { a: 50, b: 40, c: 31, d: 30, e: 12, f: 6, g: 4, h: 1 };
  const comparison = compare(Object.entries(sizes).flatMap(([name, n]) => segment(name, n, 5)));
  expect(comparison.segments.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd']);
  expect(comparison).toMatchObject({ rest: { segments: 2, developers: 18 }, hidden: 2 });
});

test('a segment with few developers or few first calls is drawn and not compared', () => {
  const comparison = compare([...segment('a', 40, 20), ...segment('b', 29, 20), ...segment('c', 30, 9)]);
  expect(comparison.segments.map(({ compared }) => compared)).toEqual([true, false, false]);
  expect(comparison).toMatchObject({ test: null, pairs: [] });
});

test('two segments: the effect with its limits, and a test', () => {
  const comparison = compare([...segment('a', 40, 30), ...segment('b', 40, 10)]);
  const [pair] = comparison.pairs;
  expect(comparison.pairs).toHaveLength(1);
  expect(pair).toMatchObject({ first: 'a', second: 'b', crosses: false, meanWithinWeek: null });
  expect(pair?.withinDay?.difference).toBeCloseTo(0.5, 12);
  // Half as wide as the difference at most: 30 of 40 against 10 of 40.
  expect(pair?.withinDay?.band.lower).toBeGreaterThan(0.25);
  expect(pair?.withinDay?.band.upper).toBeLessThan(0.7);
  expect(comparison.test?.df).toBe(1);
  expect(comparison.test?.p).toBeLessThan(0.001);
  // One pair is not adjusted.
  expect(pair?.p).toBe(comparison.test?.p);
});

test('of three pairs the widest comes first, and each p is adjusted for three', () => {
  const two = compare([...segment('a', 60, 40), ...segment('b', 50, 30)]);
  const three = compare([...segment('a', 60, 40), ...segment('b', 50, 30), ...segment('c', 40, 10)]);
  expect(three.pairs.map(({ first, second }) => first + second)).toEqual(['ac', 'bc', 'ab']);
  expect(three.test?.df).toBe(2);
  const of = ({ pairs }: typeof three, names: string) =>
    pairs.find(({ first, second }) => first + second === names)?.p ?? -1;
  // The largest p of three is not multiplied, the smallest by three.
  expect(of(three, 'ab')).toBeCloseTo(Math.max(of(two, 'ab'), of(three, 'bc')), 12);
  expect(of(three, 'ac')).toBeCloseTo(
    3 * of(compare([...segment('a', 60, 40), ...segment('c', 40, 10)]), 'ac'),
    12,
  );
});

test('curves that cross are said to, with the difference of the mean waits', () => {
  const soon = segment('a', 40, 15, 0);
  const late = segment('b', 40, 30, 100);
  const [pair] = compare([...soon, ...late]).pairs;
  expect(pair?.crosses).toBe(true);
  // 15 of 40 wait for minutes and the others for a week; of the others 30 of 40 wait for about 100 hours.
  const hours = (pair?.meanWithinWeek?.difference ?? 0) / HOUR;
  expect(hours).toBeGreaterThan(-20);
  expect(hours).toBeLessThan(0);
  expect(pair?.meanWithinWeek?.band.lower).toBeLessThan(pair?.meanWithinWeek?.difference ?? 0);
});

test('a difference of mean waits, by hand', () => {
  // 1, 3 and nobody left: means within 4 of 1 and 3 are 2; of a constant 4, 4.
  const a = kaplanMeier([
    { time: 1, event: true },
    { time: 3, event: true },
  ]);
  const b = kaplanMeier([
    { time: 4, event: false },
    { time: 4, event: false },
  ]);
  const { difference, band } = differenceOfMeans(a, b, 4) ?? { difference: 0, band: { lower: 0, upper: 0 } };
  expect(difference).toBe(-2);
  // (∫ S from 1 to 4)² · 1 / (2 · 1) = 1² / 2.
  expect(band.upper - difference).toBeCloseTo(1.959964 * Math.sqrt(0.5), 5);
  expect(differenceOfMeans(a, b, 5)).toBeNull();
});

test('whatever happened, no figure is NaN or infinite, and p-values and shares are between 0 and 1', () => {
  fc.assert(
    fc.property(
      fc.array(developer, { maxLength: 150, size: 'max' }),
      fc.integer({ min: 0, max: 40 * DAY }),
      (developers, asOf) => {
        const report = timeToFirstCall(told(developers, asOf, 'by=channel'));
        expect(everyNumber(report).filter((value) => !Number.isFinite(value))).toEqual([]);
        const {
          test: tested,
          pairs,
          segments,
        } = report.comparison ?? { test: null, pairs: [], segments: [] };
        for (const p of [tested?.p ?? 0, ...pairs.map((pair) => pair.p ?? 0)]) {
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
        }
        for (const { share, band } of segments.flatMap(({ speed }) => [...speed.steps, ...speed.marks])) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
          expect(band?.lower ?? share).toBeLessThanOrEqual(share);
          expect(band?.upper ?? share).toBeGreaterThanOrEqual(share);
        }
      },
    ),
  );
});
