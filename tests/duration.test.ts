import { expect, test } from 'vitest';
import { sayDuration } from '../src/duration.ts';

const HOUR = 3_600_000;

test.each([
  [0, '0 ms'],
  [0.2, '1 ms'],
  [7.4, '7 ms'],
  [94, '94 ms'],
  [99.6, '0.1 s'],
  [100, '0.1 s'],
  [913, '0.9 s'],
  [4_213, '4.2 s'],
  [9_960, '10 s'],
  [42_400, '42 s'],
  [59_960, '1 min'],
  [90_000, '1.5 min'],
  [59.96 * 60_000, '1 h'],
  [20 * HOUR, '20 h'],
  [47 * HOUR, '47 h'],
  [48 * HOUR, '2 d'],
  [9.5 * 24 * HOUR, '9.5 d'],
  [1200 * 24 * HOUR, '1,200 d'],
])('%i ms is said as %s', (ms, said) => {
  expect(sayDuration(ms)).toBe(said);
});
