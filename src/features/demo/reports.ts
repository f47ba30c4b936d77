import type { SimulatedCall } from './calls.ts';
import type { Dirt } from './population.ts';
import { chance, exponential, normal, type Stream } from './random.ts';

/** A call on its way to the portal. */
export interface Delivery {
  call: SimulatedCall;
  /** Which of the developer's calls it is: a repeat has the same number. */
  n: number;
  /** What the reporter's clock said, milliseconds since 1970. */
  occurredAt: number;
  /** Whether it is reported twice. */
  repeated: boolean;
}

const SKEW_MS = 5 * 60_000;
const REPEATED_AFTER_MS = 30_000;

/**
 * What arrives of a call, and when: nothing, once, or twice. A report that is late says when the call was, as one from an
 * old log does.
 * Takes eight numbers whatever comes of it.
 */
export function deliver(
  dirt: Dirt,
  next: Stream,
  call: SimulatedCall,
  n: number,
): (Delivery & { at: number })[] {
  const isLost = chance(next, dirt.lost);
  const isLate = chance(next, dirt.late);
  const delay = Math.round(dirt.lateMedian * Math.exp(dirt.lateSigma * normal(next)));
  const isSkewed = chance(next, dirt.skewed);
  const skew = Math.round((2 * next() - 1) * SKEW_MS);
  const isRepeated = chance(next, dirt.duplicates);
  const again = Math.round(exponential(next) * REPEATED_AFTER_MS);
  if (isLost) return [];
  const at = call.at + (isLate ? delay : 0);
  const delivery = { call, n, occurredAt: call.at + (isSkewed && !isLate ? skew : 0), repeated: isRepeated };
  return isRepeated
    ? [
        { ...delivery, at },
        { ...delivery, at: at + again },
      ]
    : [{ ...delivery, at }];
}
