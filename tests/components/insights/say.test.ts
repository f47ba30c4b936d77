import { expect, test } from 'vitest';
import {
  sayAgo,
  sayBy,
  sayExactDuration,
  sayExcluded,
  sayMoment,
  sayShareRange,
  sayTimeRange,
} from '../../../src/components/insights/say.ts';

/** The space between number and unit is not what is tested here. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const HOUR = 3_600_000;

test('the exact value keeps its milliseconds', () => {
  expect(plain(sayExactDuration(7_262_003))).toBe('7,262.003 s');
});

test('limits that are not reached are said', () => {
  expect(plain(sayTimeRange({ lower: 2 * HOUR, upper: null }))).toBe('2 h to not reached');
  expect(plain(sayShareRange({ lower: 0.144, upper: 0.703 }))).toBe('14–70 %');
});

test('how far a curve reaches: days where there are whole days', () => {
  expect(plain(sayBy(1.8 * HOUR))).toBe('within 1.8 h');
  expect(sayBy(9.9 * 24 * HOUR)).toBe('by day 9');
});

test('moments name their zone, and a clock that is ahead says now', () => {
  const noon = Date.UTC(2026, 10, 21, 12);
  expect(sayMoment(noon)).toBe('21 Nov 2026, 12:00 UTC');
  expect(plain(sayAgo(noon - 3 * HOUR, noon))).toBe('3 h ago');
  expect(sayAgo(noon + 5_000, noon)).toBe('now');
});

test('who is left out, with the reasons', () => {
  expect(
    sayExcluded([
      { reason: 'bot', n: 3 },
      { reason: 'staff', n: 1 },
    ]),
  ).toBe('3 bot, 1 staff');
});
