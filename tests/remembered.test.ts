import { expect, test, vi } from 'vitest';
import { remembered } from '../src/remembered.ts';

test('what was asked lately is not worked out again', () => {
  const length = vi.fn((text: string) => text.length);
  const ask = remembered(length);
  expect([ask('four'), ask('four'), ask('')]).toEqual([4, 4, 0]);
  expect([ask('four'), ask('')]).toEqual([4, 0]);
  expect(length).toHaveBeenCalledTimes(2);
});

test('of a thousand and more different texts the latest are kept, and of long ones none', () => {
  const length = vi.fn((text: string) => text.length);
  const ask = remembered(length);
  for (let n = 0; n < 1_001; n += 1) ask(`text ${n}`);
  length.mockClear();
  ask('text 1000');
  expect(length).not.toHaveBeenCalled();
  ask('text 0');
  expect(length).toHaveBeenCalledTimes(1);
  const long = 'x'.repeat(201);
  expect([ask(long), ask(long)]).toEqual([201, 201]);
  expect(length).toHaveBeenCalledTimes(3);
});
