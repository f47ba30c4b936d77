/** Who is watched when: enough to count those at risk at any time. */
export interface Watched {
  /** From the anchor to the event or to the end of observation; finite, at least 0. */
  time: number;
  /** When observation began, if it began after the anchor; before `time`. */
  entry?: number;
  /** How many developers it stands for, where they are told together; otherwise one. */
  count?: number;
}

/** How many developers a list stands for. */
export const countAll = (watched: readonly Pick<Watched, 'count'>[]) =>
  watched.reduce((sum, { count = 1 }) => sum + count, 0);

interface Passed {
  times: number[];
  /** How many passed by each of them, and before. */
  sums: number[];
}

function accumulate(at: readonly { time: number; count: number }[]): Passed {
  const sorted = at.toSorted((a, b) => a.time - b.time);
  let sum = 0;
  return {
    times: sorted.map(({ time }) => time),
    sums: sorted.map(({ count }) => {
      sum += count;
      return sum;
    }),
  };
}

/** How many passed before `limit`. */
function countBefore({ times, sums }: Passed, limit: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return sums[low - 1] ?? 0;
}

/**
 * The number at risk just before t: entry < t ≤ time. Those censored at t are among them.
 *
 * @throws RangeError for a time that is negative or not finite, or an entry that is not before it
 */
export function riskSet(watched: readonly Watched[]): (time: number) => number {
  for (const { time, entry } of watched) {
    if (!(time >= 0 && time < Number.POSITIVE_INFINITY)) throw new RangeError(`Not a duration: ${time}`);
    if (entry !== undefined && !(entry < time)) throw new RangeError(`Left at ${time}, entered at ${entry}`);
  }
  const left = accumulate(watched.map(({ time, count = 1 }) => ({ time, count })));
  const entered = accumulate(
    watched.flatMap(({ entry, count = 1 }) => (entry === undefined ? [] : { time: entry, count })),
  );
  const all = countAll(watched);
  const late = entered.sums.at(-1) ?? 0;
  // Nobody enters after leaving, so those who have not entered by t are all still among those who have not left.
  return (t) => all - countBefore(left, t) - (late - countBefore(entered, t));
}
