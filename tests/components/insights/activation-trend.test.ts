import { expect, test } from 'vitest';
import { drawTrend, HEIGHT, WIDTH } from '../../../src/components/insights/activation-trend.ts';
import { type ActivationWeek, activationByWeek } from '../../../src/features/insights/activation.ts';
import { type Told, told } from '../../features/insights/columns.ts';

const DAY = 86_400_000;
/** A Monday. */
const MONDAY = Date.UTC(2026, 10, 16);

function weeksOf(developers: readonly Told[], asOf: number): ActivationWeek[] {
  const { columns, places } = told(developers, asOf);
  return activationByWeek(columns, places, { until: asOf, asOf, zone: 'UTC' });
}

test('a final week of many is filled, of few an outline, one that is not final is hatched, one of nobody is nothing', () => {
  const began = (week: number, n: number) =>
    Array.from({ length: n }, (_, i) => {
      const t0 = MONDAY - week * 7 * DAY;
      return { t0, ...(i % 2 === 0 && { first_call: t0 + DAY }) };
    });
  const asOf = MONDAY + 2 * DAY;
  const { bars, line } = drawTrend(
    weeksOf([...began(4, 30), ...began(3, 8), ...began(1, 40), ...began(0, 9)], asOf),
  );
  expect(bars.map(({ kind }) => kind).slice(-5)).toEqual(['solid', 'few', 'none', 'immature', 'none']);
  const [solid, , , immature] = bars.slice(-5);
  // Half of the height, on the eighth of twelve columns of 100.
  expect(solid).toMatchObject({ outline: `M714 ${HEIGHT}V100H786V${HEIGHT}`, hatch: '' });
  expect(immature?.hatch.match(/M/g)?.length).toBe(14);
  // Broken where nobody began, and where nobody has been there for 7 days.
  expect(line).toBe('M750 100L850 100M1050 100');
});

test('everything lies within the frame', () => {
  const weeks = weeksOf([{ t0: MONDAY - 20 * DAY, first_call: MONDAY }, { t0: MONDAY - 20 * DAY }], MONDAY);
  const drawn = drawTrend(weeks);
  const paths = [
    drawn.line,
    ...drawn.bars.flatMap(({ outline, hatch, whisker }) => [outline, hatch, whisker]),
  ];
  const numbers = paths.flatMap((path) => path.match(/-?[\d.]+/g) ?? []).map(Number);
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers.filter((value) => !(value >= 0 && value <= WIDTH))).toEqual([]);
});
