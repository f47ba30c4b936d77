/** `npm run test:faults` sets it; without it the faults are few, as part of all other tests. */
const FULL = process.env.FAULTS === 'full';

/** How often, or for how long: a variable of the environment, else what a full run takes, or a short one. */
export function size(name: string, { full, short }: { full: number; short: number }): number {
  return Number(process.env[name] ?? (FULL ? full : short));
}

/** A day, since a full run takes as long as it takes. */
export const TIMEOUT_MS = 24 * 3_600_000;
