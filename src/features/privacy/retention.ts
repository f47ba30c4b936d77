import { DAY_MS } from '../../day.ts';
import { removeOldCalls } from '../usage/keep-days.ts';
import { deleteDeveloper, type Memories } from './delete-developer.ts';
import {
  deleteAuditBefore,
  deleteExpired,
  deleteMergeNotesBefore,
  deleteOrphans,
  listForgotten,
} from './retention-store.ts';

const FORGOTTEN_AT_ONCE = 500;

/** Removes what has been kept for as long as the configuration says. 0 days keep something for good. */
export async function applyRetention(memories: Memories): Promise<void> {
  const { ctx } = memories;
  const { retentionDaysUsage, retentionDaysAudit, retentionDaysUnclaimed } = ctx.config;
  const ago = (days: number) => ctx.now() - days * DAY_MS;

  if (retentionDaysUsage > 0) await removeOldCalls(ctx, retentionDaysUsage);
  if (retentionDaysAudit > 0) await deleteAuditBefore(ctx.db, ago(retentionDaysAudit));
  if (retentionDaysUnclaimed > 0) await forgetUnclaimed(memories, ago(retentionDaysUnclaimed));
  await deleteExpired(ctx.db, ctx.now());
  await deleteOrphans(ctx.db);
}

async function forgetUnclaimed(memories: Memories, before: number): Promise<void> {
  const { db } = memories.ctx;
  for (;;) {
    const forgotten = await listForgotten(db, before, FORGOTTEN_AT_ONCE);
    for (const id of forgotten) await deleteDeveloper(memories, id);
    if (forgotten.length < FORGOTTEN_AT_ONCE) break;
  }
  await deleteMergeNotesBefore(db, before);
}
