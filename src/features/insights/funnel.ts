import { type FunnelDefinition, type FunnelEvent, walkFunnel } from './funnel-walk.ts';
import { type Share, wilson } from './shares.ts';

/** Dwell: the time from the step before, of those who reached both; in the unit of the times. */
export interface FunnelStep {
  name: string;
  /** Developers who reached it. In any order: who did at least so many of the steps. */
  n: number;
  /** Of those who reached the step before; null for the first step, and after a step that nobody reached. */
  conversion: Share | null;
  /** Of those who reached the first step; null if nobody did. */
  fromFirst: number | null;
  /** Who reached the step before and not this one; 0 for the first step. */
  dropOff: number;
  meanDwell: number | null;
  medianDwell: number | null;
}

export interface Funnel {
  steps: FunnelStep[];
  /** Developers who left the whole funnel by an exclusion. */
  left: number;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return meanOf(sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1));
}

/**
 * Counts of developers by step. Everybody in it is counted: leave out those whose window is still open.
 *
 * @param developers the events of each, in any order
 * @throws RangeError as {@link walkFunnel}
 */
export function countFunnel(
  developers: readonly (readonly FunnelEvent[])[],
  definition: FunnelDefinition,
): Funnel {
  const walks = developers.flatMap((events) => {
    const walk = walkFunnel(events, definition);
    return walk ? [walk] : [];
  });
  const reached = definition.steps.map((_, step) => walks.filter(({ length }) => length > step).length);
  const [first = 0] = reached;
  const steps = definition.steps.map((name, step) => {
    const n = reached[step] ?? 0;
    const before = reached[step - 1];
    const dwells = walks.flatMap(({ [step - 1]: from, [step]: to }) =>
      from === undefined || to === undefined ? [] : to - from,
    );
    return {
      name,
      n,
      conversion: before === undefined ? null : wilson({ k: n, n: before }),
      fromFirst: first === 0 ? null : n / first,
      dropOff: (before ?? n) - n,
      meanDwell: meanOf(dwells),
      medianDwell: medianOf(dwells),
    };
  });
  return { steps, left: developers.length - walks.length };
}
