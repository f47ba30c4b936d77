/** Who is watched when: enough to count those at risk at any time. */
export interface Watched {
  /** From the anchor to the event or to the end of observation; finite, at least 0. */
  time: number;
  /** When observation began, if it began after the anchor; before `time`. */
  entry?: number;
}

/** How many of an ascending list are below `limit`. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
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
  const times = watched.map(({ time }) => time).sort((a, b) => a - b);
  const entries = watched.flatMap(({ entry }) => entry ?? []).sort((a, b) => a - b);
  // Nobody enters after leaving, so those who have not entered by t are all still among those who have not left.
  return (t) => times.length - countBelow(times, t) - (entries.length - countBelow(entries, t));
}
