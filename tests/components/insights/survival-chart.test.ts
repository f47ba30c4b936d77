import { expect, test } from 'vitest';
import { drawSurvival, HEIGHT, WIDTH } from '../../../src/components/insights/survival-chart.ts';
import { kaplanMeier } from '../../../src/features/insights/survival.ts';

const DAY = 86_400_000;
const numbers = (path: string) => path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];

test('one of two has called after ten seconds, the other is waiting since a day', () => {
  const chart = drawSurvival(
    kaplanMeier([
      { time: 10_000, event: true },
      { time: DAY, event: false },
    ]),
  );
  // The axis runs from 1 s to 24 h: 4.94 decades, so ten seconds are at 1 / 4.94 of the width.
  expect(chart.line).toBe(`M0 ${HEIGHT}H203V150H${WIDTH}`);
  expect(chart.ticks.map(({ label }) => label)).toEqual(['1 s', '10 s', '1 min', '10 min', '1 h', '24 h']);
  expect(chart.end).toEqual({ left: 100, top: 50 });
});

test('the axis grows with what was observed', () => {
  const chart = drawSurvival(kaplanMeier([{ time: 30 * DAY, event: false }]));
  expect(chart.ticks.at(-1)).toMatchObject({ label: '90 d', at: 100 });
  expect(chart.line).toMatch(/^M0 300H\d+$/);
  expect(chart.band).toBe('');
});

test('calls within the first second stand at the left edge', () => {
  const chart = drawSurvival(
    kaplanMeier([
      { time: 0, event: true },
      { time: 400, event: true },
    ]),
  );
  expect(chart.line).toBe(`M0 ${HEIGHT}H0V0H0`);
});

test('ten thousand developers are drawn with at most one step per unit of width, inside the frame', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ time: 1_000 + i * 8_000, event: i % 3 !== 0 }));
  const { line, band } = drawSurvival(kaplanMeier(many));
  expect(line.match(/V/g)?.length).toBeLessThanOrEqual(WIDTH + 1);
  for (const value of [...numbers(line), ...numbers(band)]) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(WIDTH);
  }
});
