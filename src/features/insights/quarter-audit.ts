import type { AuditSnapshot } from './audit-snapshots.ts';
import { completeAt, lastComplete, type Quarter, quarterOf } from './quarter.ts';
import { changeBetween, type QuarterChange, type StepChange } from './quarter-change.ts';
import type { QuarterFindings } from './quarter-findings.ts';
import type { Count } from './shares.ts';

/** Whether a quarter was audited, and if not, why. Times in milliseconds since 1970. */
export type QuarterAudit =
  | { state: 'taken'; takenAt: number; findings: QuarterFindings }
  /** This version cannot read what was found. */
  | { state: 'unreadable'; takenAt: number }
  /** No quarter was: the first one is then. */
  | { state: 'first'; at: number }
  | { state: 'planned'; at: number }
  /** It is complete since lately, and its turn comes with the next look. */
  | { state: 'due' }
  /** Nobody began in it. */
  | { state: 'empty' }
  /** It was complete, and another one after it, before the portal was there. */
  | { state: 'missed' };

/** `developers`: how many are known to have begun in it. */
export function auditOf(
  quarter: Quarter,
  { snapshots, developers, asOf }: { snapshots: readonly AuditSnapshot[]; developers: number; asOf: number },
): QuarterAudit {
  const found = snapshots.find((snapshot) => snapshot.quarter === quarter.id);
  if (found) {
    const { takenAt, findings } = found;
    return findings ? { state: 'taken', takenAt, findings } : { state: 'unreadable', takenAt };
  }
  const last = lastComplete(asOf);
  const isOpen = completeAt(quarter) > asOf;
  if (snapshots.length === 0 && (isOpen || developers === 0))
    return { state: 'first', at: completeAt(quarterOf(last.end)) };
  if (isOpen) return { state: 'planned', at: completeAt(quarter) };
  if (developers === 0) return { state: 'empty' };
  return { state: quarter.id === last.id ? 'due' : 'missed' };
}

export interface AuditedStep extends StepChange {
  /** What the quarter before comes to today, where that is not what was found in it; null where it is. */
  restated: Count | null;
}

/** The same change, against what the audit of the quarter before found; where there is none, against what is known now. */
export function changeSinceAudit({ steps }: QuarterChange, audit: QuarterAudit): AuditedStep[] {
  const found = audit.state === 'taken' ? audit.findings.transitions : [];
  return steps.map(({ current, previous, change }, at) => {
    const audited = found[at]?.count;
    return audited
      ? {
          current,
          previous: audited,
          change: changeBetween(current, audited),
          restated: restate(audited, previous),
        }
      : { current, previous, change, restated: null };
  });
}

/** Today's count, where it is another one. */
export function restate(audited: Count, today: Count): Count | null {
  return audited.k === today.k && audited.n === today.n ? null : today;
}
