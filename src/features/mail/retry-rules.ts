const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 30 * 60_000;
const GIVE_UP_MS = 3 * 24 * 3_600_000;

/**
 * When to try a mail again that could not be sent: after 15 s, then twice as long each time up to half an hour, for
 * three days. Null: not again.
 */
export function nextTryAt({ tries, created_at }: { tries: number; created_at: number }, now: number) {
  if (now - created_at >= GIVE_UP_MS) return null;
  return now + Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
}
