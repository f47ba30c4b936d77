import { expect, test } from 'vitest';
import {
  drawSurvival,
  HEIGHT,
  MOST_STEPS,
  spreadNames,
  WIDTH,
} from '../../../src/components/insights/survival-chart.ts';
import { measureSpeed } from '../../../src/features/insights/speed.ts';

const DAY = 86_400_000;
const numbers = (path: string) => path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];

function speedOf(all: { time: number; event: boolean }[]) {
  const observations = all.map(({ time, event }) => ({ time, cause: event ? 'event' : null }));
  const events = all.filter(({ event }) => event).length;
  return measureSpeed({ n: all.length, events, closed: 0, negative: 0, observations });
}

test('one of two has called after ten seconds, the other is waiting since a day', () => {
  const chart = drawSurvival([
    speedOf([
      { time: 10_000, event: true },
      { time: DAY, event: false },
    ]),
  ]);
  // The axis runs from 1 s to 24 h: 4.94 decades, so ten seconds are at 1 / 4.94 of the width.
  expect(chart.curves[0]?.line).toBe(`M0 ${HEIGHT}H203V150H${WIDTH}`);
  expect(chart.ticks.map(({ label }) => label)).toEqual(['1 s', '10 s', '1 min', '10 min', '1 h', '24 h']);
  expect(chart.curves[0]?.end).toEqual({ left: 100, top: 50 });
});

test('the axis grows with what was observed, and is the same for every curve', () => {
  const chart = drawSurvival([
    speedOf([{ time: 30 * DAY, event: false }]),
    speedOf([{ time: DAY, event: false }]),
  ]);
  expect(chart.ticks.at(-1)).toMatchObject({ label: '90 d', at: 100 });
  expect(chart.curves.map(({ line, band }) => [line, band])).toEqual([
    [expect.stringMatching(/^M0 300H931$/), ''],
    [expect.stringMatching(/^M0 300H716$/), ''],
  ]);
});

test('calls within the first second stand at the left edge', () => {
  const chart = drawSurvival([
    speedOf([
      { time: 0, event: true },
      { time: 400, event: true },
    ]),
  ]);
  expect(chart.curves[0]?.line).toBe(`M0 ${HEIGHT}H0V0H0`);
});

test('nobody is a line on the ground', () => {
  expect(drawSurvival([speedOf([])]).curves[0]).toMatchObject({ line: 'M0 300H0', band: '' });
});

test('ten thousand developers are drawn with a few hundred steps, inside the frame', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ time: 1_000 + i * 8_000, event: i % 3 !== 0 }));
  const [curve] = drawSurvival([speedOf(many)]).curves;
  expect(curve?.line.match(/V/g)?.length).toBeLessThanOrEqual(MOST_STEPS + 1);
  for (const value of [...numbers(curve?.line ?? ''), ...numbers(curve?.band ?? '')]) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(WIDTH);
  }
});

test('names at the ends of curves stand apart, near their curves, and within the frame', () => {
  expect(spreadNames([50, 20])).toEqual([50, 20]);
  expect(spreadNames([50, 52, 51])).toEqual([50, 66, 58]);
  expect(spreadNames([100, 98])).toEqual([100, 92]);
});
