import { describe, expect, test } from 'vitest';
import { countFunnel } from '../../../src/features/insights/funnel.ts';
import {
  type FunnelDefinition,
  type FunnelEvent,
  walkFunnel,
} from '../../../src/features/insights/funnel-walk.ts';
import { goldenCase, goldenIds } from './golden.ts';

type Written = string | [string, string];

interface FunnelInput {
  steps: string[];
  window_s?: number;
  people: Record<string, Written[]>;
}

/** In seconds; events without a time are a minute apart. */
const read = (events: Written[]): FunnelEvent[] =>
  events.map((each, i) =>
    typeof each === 'string'
      ? { name: each, time: i * 60 }
      : { name: each[1], time: Date.parse(each[0].replace('Z', ':00Z')) / 1000 },
  );

function count(
  { steps, people, window_s: window = 14 * 86_400 }: FunnelInput,
  order: FunnelDefinition['order'] = 'sequential',
) {
  return countFunnel(Object.values(people).map(read), { steps, order, window }).steps;
}

const counts = (steps: { n: number }[]) => steps.map(({ n }) => n);

describe('the golden cases', () => {
  test('are all tested here', () => {
    expect(goldenIds('funnel_ordered', 'funnel_strict', 'window_funnel')).toEqual([
      'funnel-events',
      'funnel-conversion-times',
      'funnel-window-inclusive',
      'funnel-strict',
      'windowfunnel-basic',
      'plausible-funnel',
    ]);
  });

  test('funnel-events', () => {
    const golden = goldenCase<FunnelInput, { counts: number[] }>('funnel-events');
    expect(counts(count(golden.input))).toEqual(golden.expected.counts);
  });

  test('funnel-conversion-times', () => {
    const { input, expected } = goldenCase<FunnelInput, Record<string, (number | null)[]>>(
      'funnel-conversion-times',
    );
    const steps = count(input);
    expect({
      counts: counts(steps),
      avg_step_s: steps.map(({ meanDwell }) => meanDwell),
      median_step_s: steps.map(({ medianDwell }) => medianDwell),
    }).toEqual(expected);
  });

  test('funnel-window-inclusive', () => {
    const { input, expected } = goldenCase<FunnelInput, Record<string, { counts: number[]; avg_s: number }>>(
      'funnel-window-inclusive',
    );
    const within = (window_s: number) => {
      const steps = count({ ...input, window_s });
      return { counts: counts(steps), avg_s: steps[1]?.meanDwell };
    };
    expect({ window_14d: within(14 * 86_400), window_5min: within(300) }).toEqual(expected);
  });

  test('funnel-strict', () => {
    const { input, expected } = goldenCase<
      FunnelInput,
      { counts: number[]; step2: string[]; step3: string[] }
    >('funnel-strict');
    const definition = { steps: input.steps, order: 'strict', window: 14 * 86_400 } as const;
    const reached = (steps: number) =>
      Object.keys(input.people).filter(
        (id) => (walkFunnel(read(input.people[id] ?? []), definition)?.length ?? 0) >= steps,
      );
    expect({ counts: counts(count(input, 'strict')), step2: reached(2), step3: reached(3) }).toEqual(
      expected,
    );
  });

  test('windowfunnel-basic', () => {
    const { input, expected } = goldenCase<
      { events: [number, number][]; queries: { window: number; steps: number[] }[] },
      { levels: number[] }
    >('windowfunnel-basic');
    const events = input.events.map(([time, name]) => ({ time, name: String(name) }));
    const levels = input.queries.map(
      ({ window, steps }) =>
        walkFunnel(events, { steps: steps.map(String), order: 'sequential', window })?.length,
    );
    expect(levels).toEqual(expected.levels);
  });

  test('plausible-funnel', () => {
    const { input, expected } = goldenCase<FunnelInput, Record<string, unknown[]>>('plausible-funnel');
    const steps = count(input);
    expect({
      counts: counts(steps),
      conversion_from_first_pct: steps.map(({ fromFirst }) => ((fromFirst ?? 0) * 100).toFixed(2)),
      dropoff: steps.map(({ dropOff }) => dropOff),
    }).toEqual(expected);
  });
});

describe('edges', () => {
  const definition = { steps: ['A', 'B', 'C'], order: 'sequential', window: 10 } as const;
  const one = (...names: string[]): FunnelEvent[] => names.map((name, time) => ({ name, time }));

  test('nobody converts to nothing, not to NaN', () => {
    const nothing = { conversion: null, fromFirst: null, dropOff: 0, meanDwell: null, medianDwell: null };
    for (const people of [[], [[]], [one('B')]]) {
      const { steps } = countFunnel(people, definition);
      expect(steps).toEqual(['A', 'B', 'C'].map((name) => ({ name, n: 0, ...nothing })));
    }
  });

  test('after a step that nobody reached there is no conversion', () => {
    const { steps, left } = countFunnel([one('A')], definition);
    expect(steps.map(({ conversion }) => conversion?.share ?? null)).toEqual([null, 0, null]);
    expect(left).toBe(0);
  });

  test('who left is counted apart', () => {
    const exclusions = [{ name: 'X', from: 0, to: 2 }];
    const people = [one('A', 'X'), one('A', 'B')];
    const { steps, left } = countFunnel(people, { ...definition, exclusions, onExclusion: 'leave' });
    expect({ n: counts(steps), left }).toEqual({ n: [1, 1, 0], left: 1 });
  });
});
