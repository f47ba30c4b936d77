import fc from 'fast-check';
import { STEPS, type Step } from '../../../src/features/journeys/journey.ts';
import { HOUR, NOON } from '../../support/portal.ts';
import type { Told } from './columns.ts';

type Hours = Partial<Record<Step | 't0' | 'ended' | 'active', number>>;

/** A developer in hours from NOON, so that what is negative has happened. */
export function way(hours: Hours, rest: Partial<Told> = {}): Told {
  const { goal, ...others } = hours;
  const at = (hour: number) => NOON + Math.round(hour * HOUR);
  const first = Math.min(
    ...[goal, hours.credential, hours.run].map((hour) => hour ?? Number.POSITIVE_INFINITY),
  );
  return {
    t0: at(hours.t0 ?? (Number.isFinite(first) ? first : 0)),
    ...(goal !== undefined && { goalAt: at(goal) }),
    ...Object.fromEntries(Object.entries(others).map(([name, hour]) => [name, at(hour)])),
    ...rest,
  };
}

const hour = fc.integer({ min: -24 * 200, max: 24 });
const maybe = fc.option(hour, { nil: undefined });

/** Any developer, in any order of steps, some of them after NOON. */
export const anyWay = fc
  .record({
    steps: fc.tuple(...STEPS.map(() => maybe)),
    t0: hour,
    ended: fc.option(hour, { nil: undefined, freq: 8 }),
    excluded: fc.boolean(),
    channel: fc.constantFrom(undefined, 'docs', 'github'),
    errorCode: fc.constantFrom(undefined, 'invalid_api_key', '422'),
  })
  .map(({ steps, t0, ended, excluded, channel, errorCode }) =>
    way(
      {
        t0,
        ...(ended !== undefined && { ended }),
        ...Object.fromEntries(
          STEPS.flatMap((step, at) => (steps[at] === undefined ? [] : [[step, steps[at]]])),
        ),
      },
      { excluded, ...(channel && { channel }), ...(errorCode && { errorCode, lastEvent: errorCode }) },
    ),
  );

/** Every number in a value, however deep. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}
