import type { Quarter } from '../../features/insights/quarter.ts';
import type { AuditedStep, QuarterAudit } from '../../features/insights/quarter-audit.ts';
import type { Figure } from '../../features/insights/quarter-findings.ts';
import type { Count } from '../../features/insights/shares.ts';
import { sayCount, sayDay, sayShare } from './say.ts';
import { sayTransition } from './say-steps.ts';

/** What was found when a quarter was audited, and what has become of it. */

const SPACE = '\u00a0';
const MINUS = '\u2212';

type Restated = Pick<AuditedStep, 'previous' | 'restated'>;

/** “38 % (412 of 1,084)”; a dash of nobody. */
export function sayPart({ k, n }: Count): string {
  return n === 0 ? '–' : `${sayShare(k / n)} (${sayCount(k)} of ${sayCount(n)})`;
}

/** “39 % (410 of 1,050), +0.7 points”, or that it is what was found. */
export function sayRestated({ previous, restated }: Restated): string {
  if (!restated) return 'the same';
  if (previous.n === 0 || restated.n === 0) return sayPart(restated);
  return `${sayPart(restated)}, ${sayTenths(restated.k / restated.n - previous.k / previous.n)}${SPACE}points`;
}

/** “+0.7”, “0.0”: of percentage points, as the past moves by less than a whole one. */
function sayTenths(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  return text === '0.0' ? text : `${difference < 0 ? MINUS : '+'}${text}`;
}

/** Whether and when a quarter was audited, and how much of what was found is another count today. */
export function sayAudit(audit: QuarterAudit, { label }: Quarter, found: readonly Restated[]): string {
  switch (audit.state) {
    case 'taken': {
      const changed = found.filter(({ restated }) => restated).length;
      const since =
        changed === 0
          ? 'Counted today, every figure is the same.'
          : `Counted today, ${changed} of ${found.length} figures differ: late calls, merges and exclusions change the past.`;
      return `${label} was audited on ${sayDay(audit.takenAt)}. ${since}`;
    }
    case 'unreadable':
      return `${label} was audited on ${sayDay(audit.takenAt)}; what was found cannot be read by this version of the portal, and ${label} is counted as of now.`;
    case 'first':
      return `No quarter has been audited yet. The first snapshot is taken 21 days after the end of a quarter: on ${sayDay(audit.at)}.`;
    case 'planned':
      return `${label} is audited on ${sayDay(audit.at)}, 21 days after its end, and is counted as of now until then.`;
    case 'due':
      return `${label} is audited within the hour, and is counted as of now until then.`;
    case 'empty':
      return `Nobody began in ${label}, and it was not audited.`;
    case 'missed':
      return `${label} was not audited: audits began later. It is counted as of now.`;
  }
}

/** The heads of the columns of the quarter that another one is compared with, and of their difference. */
export function sayColumns(audit: QuarterAudit, { label }: Quarter, isRestated: boolean): string[] {
  const interval = `(95${SPACE}% interval)`;
  if (audit.state !== 'taken') return [label, `Difference ${interval}`];
  const today = isRestated ? [`${label}, today`] : [];
  return [`${label}, as audited`, ...today, `Difference to the audit ${interval}`];
}

const FIGURES = {
  called_within_24h: `First call within 24${SPACE}h`,
  called_within_7d: `First call within 7${SPACE}d`,
  live_within_21d: `Live within 21${SPACE}d`,
};

export function sayFigure(name: Figure['name']): string {
  return typeof name === 'string' ? FIGURES[name] : sayTransition(name);
}
