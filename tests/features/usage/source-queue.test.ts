import { expect, test } from 'vitest';
import { createSourceQueue } from '../../../src/features/usage/source-queue.ts';
import type { PendingCall } from '../../../src/features/usage/usage-event.ts';

const batch = (source: string, size: number) => ({ source, calls: new Array<PendingCall>(size) });
const say = (batches: { source: string; calls: PendingCall[] }[]) =>
  batches.map(({ source, calls }) => `${source}${calls.length}`);

test('sources take turns, whoever came first and however much they sent', () => {
  const queue = createSourceQueue(100_000);
  for (let n = 0; n < 3; n += 1) queue.add(batch('flood', 100));
  queue.add(batch('a', 5));
  queue.add(batch('b', 6));
  queue.add(batch('a', 7));
  expect(say(queue.take(1_000))).toEqual(['flood100', 'a5', 'b6', 'flood100', 'a7', 'flood100']);
});

test('a source whose batch did not fit is the first of the next round', () => {
  const queue = createSourceQueue(100_000);
  for (let n = 0; n < 2; n += 1) queue.add(batch('flood', 10_000));
  queue.add(batch('a', 5));
  expect([say(queue.take(10_000)), say(queue.take(10_000))]).toEqual([['flood10000'], ['a5', 'flood10000']]);
  expect(queue.waiting()).toBe(0);
});

test('a flooding source is refused while others are taken, until some of it is stored', () => {
  const queue = createSourceQueue(100);
  expect(queue.add(batch('flood', 50))).toBe('taken');
  expect(queue.add(batch('flood', 1))).toBe('share');
  expect(queue.add(batch('a', 20))).toBe('taken');
  const taken = queue.take(1);
  // What is being stored is in memory as well.
  expect(queue.add(batch('flood', 1))).toBe('share');
  queue.release(taken);
  expect(queue.add(batch('flood', 1))).toBe('taken');
});
