import { createHash } from 'node:crypto';

/** Lines of the same second are told apart by counting; after this long nobody asks any more. */
const WINDOW_MS = 5_000;

/**
 * Gives each line of a log an id that is the same whenever the file is read again, whatever it is called by then:
 * what stands in it, and which of the lines it is that read exactly so.
 */
export function createLineNames(): (line: string, timestamp: number) => string {
  let seen = new Map<string, number>();
  let before = new Map<string, number>();
  let since = Number.NEGATIVE_INFINITY;
  return (line, timestamp) => {
    if (timestamp > since + WINDOW_MS) {
      before = seen;
      seen = new Map();
      since = timestamp;
    }
    const nth = (seen.get(line) ?? before.get(line) ?? 0) + 1;
    seen.set(line, nth);
    return `log-${createHash('sha256').update(`${nth} ${line}`).digest('hex').slice(0, 40)}`;
  };
}
