import type { Action } from './actions.ts';
import type { SimulatedDeveloper } from './developer.ts';

/** What one developer does, from some moment on. */
export interface Story {
  /** Nothing of it is earlier; stories are told in this order. */
  at: number;
  owner: SimulatedDeveloper;
  /** Ascending. */
  actions: Iterator<Action>;
}

interface Waiting {
  owner: SimulatedDeveloper;
  actions: Iterator<Action>;
  action: Action;
}

/**
 * The actions of all stories in order of time. Only the next action of each story that has begun and not ended is kept,
 * in a heap: O(log m) for each action, with m such stories.
 */
export function* playInOrder(
  stories: Iterable<Story>,
): Generator<{ owner: SimulatedDeveloper; action: Action; isLast: boolean }> {
  const heap: Waiting[] = [];
  function* playUntil(at: number) {
    for (let first = heap[0]; first && first.action.at <= at; first = heap[0]) {
      const { owner, action } = first;
      const following = first.actions.next();
      if (!following.done) first.action = following.value;
      else {
        const last = heap.pop();
        if (last && last !== first) heap[0] = last;
      }
      sink(heap);
      yield { owner, action, isLast: following.done === true };
    }
  }
  for (const { at, owner, actions } of stories) {
    yield* playUntil(at);
    const first = actions.next();
    if (!first.done) rise(heap, { owner, actions, action: first.value });
  }
  yield* playUntil(Number.POSITIVE_INFINITY);
}

function rise(heap: Waiting[], added: Waiting): void {
  let place = heap.push(added) - 1;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (!parent || parent.action.at <= added.action.at) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = added;
}

/** The first one may have become later. */
function sink(heap: Waiting[]): void {
  const moved = heap[0];
  if (!moved) return;
  let place = 0;
  for (;;) {
    const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
    const isRight = right !== undefined && left !== undefined && right.action.at < left.action.at;
    const child = isRight ? right : left;
    if (!child || child.action.at >= moved.action.at) break;
    heap[place] = child;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = moved;
}
