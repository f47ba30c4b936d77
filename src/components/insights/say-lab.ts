import type { Candidate } from '../../features/insights/lab-candidates.ts';
import type { Missing } from '../../features/insights/milestone-lab.ts';
import type { Band } from '../../features/insights/survival.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  call_succeeded: 'made a successful call',
  call_failed: 'made a failing call',
  sample_run: 'ran a sample',
  goal_answered: 'told their goal',
  goal_skipped: 'skipped the question about their goal',
  called_from_own_machine: 'called from their own machine',
  signed_up: 'signed up',
};

/** What staying is measured by is no news about it. */
const OWN_SIGNAL = new Set(['call_succeeded', 'call_failed', 'called_from_own_machine']);
export const isOwnSignal = ({ action }: Candidate) => OWN_SIGNAL.has(action);

/** “ran a sample at least 3 times within 7 days”. */
export function sayCandidate({ action, by, atLeast, withinDays }: Candidate): string {
  const what = ACTIONS[action] ?? action.replaceAll('_', ' ');
  const days = withinDays === 1 ? 'on the first day' : `within ${withinDays} days`;
  if (by === 'days') return `${what} on at least ${atLeast} days, ${days}`;
  return atLeast === 1 ? `${what} ${days}` : `${what} at least ${atLeast} times ${days}`;
}

const MISSING: Record<Missing, string> = {
  'false discovery rate': 'it may be chance, among so many candidates',
  developers: 'fewer than 200 developers to confirm it',
  'retained developers': 'fewer than 50 of those stayed',
  difference: 'the difference on the newest third is below 5 points, or may be none',
  phi: 'the association on the newest third is weak (phi below 0.2)',
  reach: 'nearly everybody or nearly nobody does it',
};

export const sayMissing = (missing: Missing) => MISSING[missing];

/** “2.4 (1.9–3.0)”. */
export function sayRatio({ oddsRatio, band }: { oddsRatio: number; band: Band | null }): string {
  const say = (ratio: number) => (ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1));
  return band ? `${say(oddsRatio)} (${say(band.lower)}–${say(band.upper)})` : say(oddsRatio);
}
