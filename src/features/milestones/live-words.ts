import type { LiveRule } from './definition-schema.ts';
import type { LiveWindow } from './live-detector.ts';
import type { LiveCondition } from './progress-schema.ts';

/**
 * Each condition of being live with its evidence and a sentence that says what there is, and what is still missing. The
 * same words for the developer and for the company.
 */
export function explainWindow(rule: LiveRule, window: LiveWindow): LiveCondition[] {
  const { successes, days, errors } = window;
  const share = errors + successes === 0 ? null : errors / (errors + successes);
  return [
    {
      id: 'successes',
      met: successes >= rule.successes,
      have: successes,
      need: rule.successes,
      sentence: ofSo(successes, rule.successes, 'successful calls with a live key', 'to go'),
    },
    {
      id: 'days',
      met: days >= rule.days,
      have: days,
      need: rule.days,
      sentence: ofSo(days, rule.days, 'different days (UTC) with a success', 'to go'),
    },
    {
      id: 'error_share',
      met: share !== null && share < rule.error_share,
      have: share,
      need: rule.error_share,
      sentence: sayErrors(rule, share),
    },
  ];
}

/** What is missing, as part of a sentence; null when nothing is. */
export function sayMissing(conditions: readonly LiveCondition[]): string | null {
  const missing = conditions.filter(({ met }) => !met).map(({ sentence }) => lower(sentence));
  return missing.length === 0 ? null : missing.join('; ');
}

function ofSo(have: number, need: number, what: string, rest: string): string {
  return have >= need
    ? `${have} ${what}; ${need} are needed`
    : `${have} of ${need} ${what}, ${need - have} ${rest}`;
}

function sayErrors({ error_share }: LiveRule, share: number | null): string {
  const limit = `less than ${sayPercent(error_share)} may fail`;
  return share === null
    ? `No calls yet, of which ${limit}`
    : `${sayPercent(share)} of the calls failed; ${limit}`;
}

function sayPercent(share: number): string {
  return `${Math.round(share * 1_000) / 10}\u00a0%`;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
