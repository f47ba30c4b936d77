import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawDays, HEIGHT } from '../../../src/components/insights/day-bars.ts';
import type { ReportDay } from '../../../src/features/insights/developer-report.ts';
import { NOON } from '../../support/portal.ts';

const DAY = 86_400_000;
const MIDNIGHT = Math.floor(NOON / DAY) * DAY;

const counts = fc.record({
  succeeded: fc.nat(1_000),
  failed: fc.nat(1_000),
  throttled: fc.nat(1_000),
  excluded: fc.nat(1_000),
});

/** How much of the height a box takes. */
function heightOf(path: string): number {
  const [, lower, upper] = /^M[\d.]+ ([\d.]+)V([\d.]+)H/.exec(path) ?? [];
  return path === '' ? 0 : Number(lower) - Number(upper);
}

test('a bar is as high as its calls, the highest fills the picture, and nothing is NaN', () => {
  fc.assert(
    fc.property(fc.array(counts, { maxLength: 30 }), (all) => {
      const days: ReportDay[] = all.map((one, n) => ({
        ...one,
        at: MIDNIGHT - n * DAY,
        calls: one.succeeded + one.failed + one.throttled + one.excluded,
      }));
      const { bars, most } = drawDays(days, NOON, 30);
      expect(bars).toHaveLength(30);
      expect(JSON.stringify(bars)).not.toMatch(/NaN|Infinity|null/);
      for (const [n, { calls, succeeded, failed }] of days.entries()) {
        const bar = bars[29 - n];
        const share = (of: number) => (most === 0 ? 0 : (of / most) * HEIGHT);
        expect(bar?.at).toBe(MIDNIGHT - n * DAY);
        expect(Math.abs(heightOf(bar?.succeeded ?? '') - share(succeeded))).toBeLessThan(0.11);
        expect(Math.abs(heightOf(bar?.failed ?? '') - share(failed))).toBeLessThan(0.11);
        expect(Math.abs(heightOf(bar?.rest ?? '') - share(calls - succeeded - failed))).toBeLessThan(0.11);
      }
    }),
  );
});

test('days without a call are empty, and those before the picture are not in it', () => {
  const day = { succeeded: 3, failed: 1, throttled: 0, excluded: 0, calls: 4 };
  const { bars } = drawDays(
    [
      { ...day, at: MIDNIGHT },
      { ...day, at: MIDNIGHT - 40 * DAY },
    ],
    NOON,
    3,
  );
  expect(bars.map(({ succeeded, failed, hatch }) => [succeeded, failed, hatch].map(Boolean))).toEqual([
    [false, false, false],
    [false, false, false],
    [true, true, true],
  ]);
});
