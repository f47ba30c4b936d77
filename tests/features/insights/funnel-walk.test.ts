import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FunnelDefinition,
  type FunnelEvent,
  walkFunnel,
} from '../../../src/features/insights/funnel-walk.ts';

/** 'A1 B2' is A at 1 and B at 2. */
const events = (text: string): FunnelEvent[] =>
  text.split(' ').flatMap((each) => (each ? { name: each.charAt(0), time: Number(each.slice(1)) } : []));

const walk = (text: string, definition: Partial<FunnelDefinition> = {}) =>
  walkFunnel(events(text), { steps: ['A', 'B', 'C'], order: 'sequential', window: 10, ...definition });

describe('sequential', () => {
  test.each<[string, string, number[]]>([
    ['a new start has a new window', 'A1 A8 B12 C18', [8, 12, 18]],
    ['progress of the older start is kept', 'A1 B2 A8 C9', [1, 2, 9]],
    ['the first conversion counts', 'A1 B2 B3 C4 A5 B6 C7', [1, 2, 4]],
    ['too late for the first start, not for the second', 'A1 B2 A8 C12', [1, 2]],
    ['the same time is in order', 'C5 B5 A5', [5, 5, 5]],
    ['the same time after a start', 'A1 C5 B5', [1, 5, 5]],
    ['nothing without the first step', 'B1 C2', []],
    ['nothing at all', '', []],
  ])('%s: %s', (_rule, text, times) => {
    expect(walk(text)).toEqual(times);
  });

  test('a step that occurs twice needs two events', () => {
    const steps = ['A', 'B', 'A'];
    expect(walk('A1 B2', { steps })).toEqual([1, 2]);
    expect(walk('A1 B2 A3', { steps })).toEqual([1, 2, 3]);
    expect(walk('A1 B2 A2', { steps })).toEqual([1, 2, 2]);
    expect(walk('A1', { steps: ['A', 'A'] })).toEqual([1]);
    expect(walk('A1 A1', { steps: ['A', 'A'] })).toEqual([1, 1]);
  });

  test('the window may count from the step before', () => {
    expect(walk('A1 B9 C18')).toEqual([1, 9]);
    expect(walk('A1 B9 C18', { windowFrom: 'previous' })).toEqual([1, 9, 18]);
    expect(walk('A1 B9 C20', { windowFrom: 'previous' })).toEqual([1, 9]);
  });
});

describe('exclusions', () => {
  const exclusions = [{ name: 'X', from: 0, to: 2 }];

  test.each<[string, string, number[], number[] | null]>([
    ['between the steps', 'A1 B2 X3 C4', [1, 2], null],
    ['not undone by repeating a later step', 'A1 X2 B3 C4', [1], null],
    ['before the first step', 'X1 A2 B3 C4', [2, 3, 4], [2, 3, 4]],
    ['after the last step', 'A1 B2 C3 X4', [1, 2, 3], [1, 2, 3]],
    ['at the time of a step', 'A1 X1 B2 C3 X3', [1, 2, 3], [1, 2, 3]],
    ['after the window', 'A1 X12', [1], [1]],
    ['a new start afterwards', 'A1 X2 A3 B4 C5', [3, 4, 5], null],
  ])('%s: %s', (_rule, text, stay, leave) => {
    expect(walk(text, { exclusions })).toEqual(stay);
    expect(walk(text, { exclusions, onExclusion: 'leave' })).toEqual(leave);
  });

  test('only between the steps named', () => {
    const early = [{ name: 'X', from: 0, to: 1 }];
    expect(walk('A1 B2 X3 C4', { exclusions: early, onExclusion: 'leave' })).toEqual([1, 2, 4]);
  });

  test('in any order they are for the whole walk', () => {
    const any = { order: 'any', exclusions } as const;
    expect(walk('C1 X2 A3 B4', any)).toEqual([3, 4]);
    expect(walk('C1 X2 A3 B4', { ...any, onExclusion: 'leave' })).toBeNull();
    expect(walk('X1 C1 X2 B2 A3', { ...any, onExclusion: 'leave' })).toEqual([1, 2, 3]);
    expect(walk('C1 A2 B3 X4', { ...any, onExclusion: 'leave' })).toEqual([1, 2, 3]);
  });
});

describe('strict and any order', () => {
  test('nothing may happen in between', () => {
    const strict = { order: 'strict' } as const;
    expect(walk('A1 D2 B3 A4 B5', strict)).toEqual([4, 5]);
    expect(walk('A1 B2 C12', strict)).toEqual([1, 2]);
    expect(walk('A1 B2 C12', { ...strict, windowFrom: 'previous' })).toEqual([1, 2, 12]);
    expect(walk('B5 A5 C6', strict)).toEqual([5, 5, 6]);
  });

  test('the window counts from whichever came first', () => {
    const any = { order: 'any' } as const;
    expect(walk('C1 D2 A3 B11', any)).toEqual([1, 3, 11]);
    expect(walk('C1 A3 B12', any)).toEqual([1, 3]);
    expect(walk('C1 A3 B12 C13', any)).toEqual([3, 12, 13]);
    expect(walk('A1 A2 B3', any)).toEqual([2, 3]);
    expect(walk('A1 A2 B3', { ...any, steps: ['A', 'B', 'A'] })).toEqual([1, 2, 3]);
  });
});

describe('mistakes of the caller', () => {
  test.each<[string, Partial<FunnelDefinition>]>([
    ['A1', { steps: [] }],
    ['A1', { window: -1 }],
    ['A1', { window: Number.NaN }],
    ['Ax', {}],
    ['A1', { exclusions: [{ name: 'X', from: 1, to: 1 }] }],
    ['A1', { exclusions: [{ name: 'X', from: 0, to: 3 }] }],
  ])('%s in %o ', (text, changes) => {
    expect(() => walk(text, changes)).toThrow(RangeError);
  });
});

describe('properties', () => {
  const event = fc.record({
    name: fc.constantFrom('A', 'B', 'C', 'X'),
    time: fc.integer({ min: 0, max: 15 }),
  });
  const list = fc.array(event, { maxLength: 12 });
  const window = fc.integer({ min: 0, max: 16 });
  const depth = (all: FunnelEvent[], definition: Partial<FunnelDefinition>) =>
    walkFunnel(all, { steps: ['A', 'B', 'C'], order: 'sequential', window: 10, ...definition })?.length ?? -1;

  /** Every choice of one event for each step, tried. */
  function deepestByTrial(all: FunnelEvent[], limit: number, times: number[] = []): number {
    const name = ['A', 'B', 'C'][times.length];
    const next = all.filter(
      (each) =>
        each.name === name &&
        each.time >= (times.at(-1) ?? 0) &&
        each.time - (times[0] ?? each.time) <= limit,
    );
    return Math.max(times.length, ...next.map(({ time }) => deepestByTrial(all, limit, [...times, time])));
  }

  test('sequential goes as deep as trying everything does', () => {
    fc.assert(
      fc.property(list, window, (all, limit) => {
        expect(depth(all, { window: limit })).toBe(deepestByTrial(all, limit));
      }),
    );
  });

  test('strict ≤ sequential ≤ any order; leaving ≤ staying ≤ no exclusion', () => {
    fc.assert(
      fc.property(list, window, (all, limit) => {
        const sequential = depth(all, { window: limit });
        expect(depth(all, { window: limit, order: 'strict' })).toBeLessThanOrEqual(sequential);
        expect(depth(all, { window: limit, order: 'any' })).toBeGreaterThanOrEqual(sequential);
        const exclusions = [{ name: 'X', from: 0, to: 2 }];
        const stay = depth(all, { window: limit, exclusions });
        expect(stay).toBeLessThanOrEqual(sequential);
        const leave = depth(all, { window: limit, exclusions, onExclusion: 'leave' });
        expect(leave).toBeLessThanOrEqual(stay);
      }),
    );
  });

  test('the order of arrival does not matter, and a longer window never loses anybody', () => {
    fc.assert(
      fc.property(list, window, fc.constantFrom('sequential', 'strict', 'any'), (all, limit, order) => {
        const definition = { steps: ['A', 'B', 'C'], order, window: limit };
        expect(walkFunnel([...all].reverse(), definition)).toEqual(walkFunnel(all, definition));
        expect(depth(all, { order, window: limit + 1 })).toBeGreaterThanOrEqual(
          depth(all, { order, window: limit }),
        );
      }),
    );
  });
});
