import { expect, test } from 'vitest';
import { createFairShare } from '../src/fair-share.ts';

test('one alone may take half of the room, and then is asked to wait', () => {
  const shares = createFairShare(100);
  expect([shares.take('a', 30), shares.take('a', 20), shares.take('a', 1)]).toEqual([
    'taken',
    'taken',
    'share',
  ]);
});

test('however many take all they can get, whoever comes new finds some', () => {
  const shares = createFairShare(10_000);
  const greedy = Array.from({ length: 20 }, (_, n) => `${n}`);
  const taken = () => greedy.filter((user) => shares.take(user, 10) === 'taken').length;
  while (taken() > 0);
  expect([shares.take('new', 400), shares.take('0', 10)]).toEqual(['taken', 'share']);
});

test('somebody who has nothing is told that the room is full, not that it is their fault', () => {
  const shares = createFairShare(100);
  shares.take('a', 50);
  shares.take('b', 30);
  expect([shares.take('c', 25), shares.take('c', 20)]).toEqual(['full', 'taken']);
});

test('what is given back can be taken again, by anybody', () => {
  const shares = createFairShare(100);
  shares.take('a', 50);
  shares.giveBack('a', 50);
  expect([shares.take('b', 50), shares.take('a', 50)]).toEqual(['taken', 'taken']);
});
