import { LRUCache } from 'lru-cache';

const REMEMBERED = 1_000;
/** Longer texts are rarely seen twice, and could be made to fill the memory. */
const LONGEST = 200;

/**
 * The same function with its latest answers kept, for what is asked of every call about texts that are nearly always
 * the same few.
 */
export function remembered<Answer extends NonNullable<unknown>>(
  answer: (text: string) => Answer,
): (text: string) => Answer {
  const known = new LRUCache<string, Answer>({ max: REMEMBERED });
  return (text) => {
    if (text.length > LONGEST) return answer(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const fresh = answer(text);
    known.set(text, fresh);
    return fresh;
  };
}
