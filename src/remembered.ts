const REMEMBERED = 1_000;
/** Longer texts are rarely seen twice, and could be made to fill the memory. */
const LONGEST = 200;

/**
 * The same function with its answers kept, for what is asked of every call about texts that are nearly always the
 * same few. All are forgotten when there are too many: to keep the order of their use would cost more than most of
 * these answers do.
 */
export function remembered<Answer extends NonNullable<unknown>>(
  answer: (text: string) => Answer,
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const fresh = answer(text);
    if (text.length > LONGEST) return fresh;
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, fresh);
    return fresh;
  };
}
