import type { Context } from '../../context.ts';
import { type AuditRow, listAuditBefore } from './audit-store.ts';

export interface AuditPage {
  entries: AuditRow[];
  /** Where the next page begins; null on the last one. */
  older: string | null;
}

const PAGE = 50;

/** Newest first: what was noted before `before`, an entry's id; from the newest without one. */
export async function listAudit(ctx: Context, before: string | null): Promise<AuditPage> {
  const found = await listAuditBefore(ctx.db, before, PAGE + 1);
  const entries = found.slice(0, PAGE);
  return { entries, older: found.length > PAGE ? (entries.at(-1)?.id ?? null) : null };
}
