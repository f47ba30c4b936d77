/**
 * p-values adjusted for how many there are: compare them with the level that was meant for all. As R's p.adjust.
 */

function requireProbabilities(ps: readonly number[]) {
  for (const p of ps) if (!(p >= 0 && p <= 1)) throw new RangeError(`Not a p-value: ${p}`);
}

/** Indexes from the smallest p-value to the largest. */
const ascending = (ps: readonly number[]) => [...ps.keys()].sort((a, b) => (ps[a] ?? 0) - (ps[b] ?? 0));

/**
 * Benjamini and Hochberg 1995, the false discovery rate: min over j ≥ i of m p_(j) / j, in the order given.
 *
 * @throws RangeError for a number that is no probability
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  requireProbabilities(ps);
  const adjusted = new Array<number>(ps.length);
  let least = 1;
  for (const [above, index] of ascending(ps).reverse().entries()) {
    // The factor first: it is at least 1, and then rounding cannot make an adjusted p-value smaller than it was.
    least = Math.min(least, (ps[index] ?? 1) * (ps.length / (ps.length - above)));
    adjusted[index] = least;
  }
  return adjusted;
}

/**
 * Holm 1979, the family-wise error rate: max over j ≤ i of (m − j + 1) p_(j), at most 1, in the order given.
 *
 * @throws RangeError for a number that is no probability
 */
export function holm(ps: readonly number[]): number[] {
  requireProbabilities(ps);
  const adjusted = new Array<number>(ps.length);
  let most = 0;
  for (const [below, index] of ascending(ps).entries()) {
    most = Math.min(1, Math.max(most, (ps[index] ?? 1) * (ps.length - below)));
    adjusted[index] = most;
  }
  return adjusted;
}
