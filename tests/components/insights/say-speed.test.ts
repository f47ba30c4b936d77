import { expect, test } from 'vitest';
import {
  sayAttainment,
  sayCaveat,
  sayEffect,
  sayFinding,
  sayLeftOut,
  sayLonger,
  sayMedian,
  sayMedianRange,
  sayP,
  sayPointsRange,
  sayTest,
} from '../../../src/components/insights/say-speed.ts';
import { compareSpeed } from '../../../src/features/insights/compare-speed.ts';
import { TO_FIRST_CALL, timeToFirstCall } from '../../../src/features/insights/time-to-first-call.ts';
import { type Told, told } from '../../features/insights/columns.ts';

/** The space between number and unit is not what is tested here. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const group = (channel: string, n: number, called: number, after = HOUR): Told[] =>
  Array.from({ length: n }, (_, i) => ({ t0: 0, channel, ...(i < called && { first_call: after }) }));

test('differences are signed points, and nothing is nothing', () => {
  const say = (difference: number, lower: number, upper: number) =>
    plain(sayPointsRange({ difference, band: { lower, upper } }));
  expect(say(0.214, 0.1, 0.31)).toBe('+21 points (95 % interval +10 to +31)');
  expect(say(-0.03, -0.114, 0.004)).toBe('−3 points (95 % interval −11 to 0)');
});

test('a wait is longer or shorter', () => {
  expect(plain(sayLonger({ difference: -3 * HOUR, band: { lower: -6 * HOUR, upper: HOUR / 2 } }))).toBe(
    '3 h less (95 % interval 6 h less to 30 min more)',
  );
});

test('p-values keep the digits that matter', () => {
  expect([0.0004, 0.0049, 0.04, 0.2, 1].map((p) => plain(sayP(p)))).toEqual([
    'p < 0.001',
    'p = 0.005',
    'p = 0.04',
    'p = 0.20',
    'p = 1.00',
  ]);
});

test('a median that is not reached says how far the curve has come', () => {
  const { everybody } = timeToFirstCall(told(group('a', 10, 4), 9.5 * DAY));
  expect(plain(sayMedian(everybody))).toBe('not reached (40 % by day 9)');
  expect(plain(sayMedianRange(everybody))).toBe('95 % interval 1 h to not reached');
  expect(plain(sayFinding(everybody))).toBe('40 % call within 24 h; the target is 50 %.');
  expect(plain(sayFinding(timeToFirstCall(told(group('a', 10, 4), 5 * HOUR)).everybody))).toBe(
    '40 % have called within 5 h; the target is 50 % within 24 h.',
  );
});

test('a target is met, missed, not settled, or not known', () => {
  const target = { withinMs: DAY, share: 0.5 };
  const within = { share: 0.38, band: { lower: 0.3, upper: 0.46 } };
  const say = (...of: Parameters<typeof sayAttainment>) => plain(sayAttainment(...of));
  expect(say('missed', within, target)).toBe('Target 50 % within 24 h: 12 points short.');
  expect(say('met', { ...within, share: 0.51 }, target)).toBe('Target 50 % within 24 h: met, by 1 point.');
  expect(say('unsettled', within, target)).toContain('not settled');
  expect(say(null, null, target)).toBe('Target 50 % within 24 h: not known yet.');
});

test('a comparison: what differs, the test, what is left out, and that it is an association', () => {
  const developers = [...group('docs_search', 40, 30), ...group('ads', 32, 12), ...group('event', 3, 1)];
  const { columns, places, asOf } = told(developers, 9 * DAY);
  const comparison = compareSpeed(columns, places, { by: 'channel', clock: TO_FIRST_CALL, asOf });
  const [pair] = comparison.pairs;
  expect(plain(pair ? sayEffect(pair, comparison) : '')).toMatch(
    /^Within 24 h, 75 % of “docs search” have called and 38 % of “ads”: \+38 points \(95 % interval \+1\d to \+5\d\)\.$/,
  );
  expect(plain(sayTest(comparison))).toMatch(
    /^Log-rank test of 2 segments: p = 0\.0\d+ \(χ² = \d+\.\d, df = 1\)\.$/,
  );
  expect(sayLeftOut(comparison)).toBe('1 segment with fewer than 5 developers is not shown.');
  expect(sayCaveat(comparison)).toMatch(/^This is an association: .* is in the difference too\.$/);
  expect(sayLeftOut({ ...comparison, hidden: 0, rest: { segments: 2, developers: 1_200 } })).toBe(
    'The 4 largest segments are drawn; 2 more with 1,200 developers are not.',
  );
  expect(sayTest({ ...comparison, test: null })).toMatch(
    /^Nothing is tested: .*30 developers and 10 first calls/,
  );
});
