import fc from 'fast-check';
import type { Told } from './columns.ts';

const DAY = 86_400_000;
const moment = fc.integer({ min: 0, max: 40 * DAY });
/** Few different times, so that many things happen at once. */
const lump = fc.constantFrom(0, 1, DAY, 7 * DAY, 21 * DAY);

/** Anybody: also who called before they began, who left, whom nobody counts, and who begins only later. */
export const developer: fc.Arbitrary<Told> = fc
  .record({
    t0: fc.oneof(moment, lump),
    took: fc.option(fc.oneof(fc.integer({ min: -DAY, max: 30 * DAY }), lump)),
    liveTook: fc.option(fc.oneof(fc.integer({ min: 0, max: 30 * DAY }), lump)),
    endedAfter: fc.option(fc.oneof(fc.integer({ min: 0, max: 30 * DAY }), lump), { freq: 4 }),
    visitedBefore: fc.option(fc.integer({ min: -1_000, max: DAY })),
    excluded: fc.constantFrom(false, false, false, true),
    channel: fc.constantFrom('github', 'docs_search'),
  })
  .map(({ t0, took, liveTook, endedAfter, visitedBefore, ...rest }) => ({
    t0,
    ...rest,
    ...(took !== null && { first_call: t0 + took, own_machine: t0 + took }),
    ...(liveTook !== null && { live: t0 + liveTook }),
    ...(endedAfter !== null && { ended: t0 + endedAfter }),
    ...(visitedBefore !== null && { visited: t0 - visitedBefore }),
  }));

/** Each number anywhere in a value. */
export function everyNumber(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(everyNumber) : [];
}
