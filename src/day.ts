export const DAY_MS = 86_400_000;

/** The UTC day of a time in milliseconds since 1970, as whole days since then. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}
