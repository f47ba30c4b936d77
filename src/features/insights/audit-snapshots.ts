import type { Context } from '../../context.ts';
import type { JourneyMemory } from '../journeys/journey-memory.ts';
import { refreshJourneys } from '../journeys/refresh-journeys.ts';
import type { Definition } from '../milestones/definition.ts';
import {
  hasBegun,
  hasSnapshot,
  insertSnapshot,
  listSnapshots,
  type SnapshotRow,
} from './audit-snapshot-store.ts';
import { lastComplete } from './quarter.ts';
import { measureQuarter, type QuarterFindings, quarterFindings } from './quarter-findings.ts';

/** What the figures of a quarter were when it was audited. */
export interface AuditSnapshot {
  /** `2026-Q3`. */
  quarter: string;
  /** Milliseconds since 1970; late where the portal was not there in time. */
  takenAt: number;
  /** Null where this version cannot read them. */
  findings: QuarterFindings | null;
}

export interface SnapshotParts {
  ctx: Pick<Context, 'db' | 'now'>;
  journeys: JourneyMemory;
  definition: Pick<Definition, 'version'>;
}

/**
 * Of the last quarter that is complete, once, and of none in which nobody began: what is there already is never written
 * again. Safe in several processes at once.
 */
export async function takeSnapshot({ ctx, journeys, definition }: SnapshotParts): Promise<void> {
  const takenAt = ctx.now();
  const quarter = lastComplete(takenAt);
  if (await hasSnapshot(ctx.db, quarter.id)) return;
  await refreshJourneys(ctx);
  if (!(await hasBegun(ctx.db, quarter))) return;
  const findings = measureQuarter(await journeys.current(), quarter, definition.version);
  if (findings.developers === 0) return;
  await insertSnapshot(ctx.db, {
    quarter: quarter.id,
    taken_at: takenAt,
    findings: JSON.stringify(findings),
  });
}

/** All there are, the newest quarter first. */
export async function readSnapshots({ db }: Pick<Context, 'db'>): Promise<AuditSnapshot[]> {
  return (await listSnapshots(db)).map(({ quarter, taken_at, findings }: SnapshotRow) => ({
    quarter,
    takenAt: taken_at,
    findings: readFindings(findings),
  }));
}

function readFindings(text: string): QuarterFindings | null {
  try {
    return quarterFindings.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
