import type { Context, Db } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { moveCredentials } from '../credentials/credential-store.ts';
import {
  findDeveloper,
  listMergedSince,
  markMerged,
  moveAnchorEarlier,
} from '../developers/developer-store.ts';
import { deleteSessionsOf } from '../developers/session-store.ts';
import { listMilestones, reachMilestones } from '../milestones/milestone-store.ts';
import { moveCounts } from '../milestones/state-store.ts';
import { whileNobodyRecords } from '../usage/recording-lock.ts';
import { moveCalls } from '../usage/usage-store.ts';
import { adoptGoal, deleteClaimLinksOf, moveHistory } from './claim-store.ts';

/** A request of the one who became part of somebody may still be under way, and take a key for them. */
const STRAGGLERS_MS = 10 * 60_000;

export interface Merged {
  /** Of the keys that have another owner now: whoever remembers them has to ask again. */
  hashes: string[];
}

/**
 * Makes an anonymous developer part of another one: keys, calls, milestones, and the earlier t0 are kept. Null when
 * there is nothing to merge: `from` is somebody already, or was merged by somebody else a moment ago.
 */
export async function mergeDevelopers(
  tx: Db,
  now: number,
  { from, into, actorId = into }: { from: string; into: string; actorId?: string },
): Promise<Merged | null> {
  const loser = await findDeveloper(tx, from);
  if (from === into || !loser || !(await markMerged(tx, from, into, now))) return null;
  if (loser.t0 !== null) {
    await moveAnchorEarlier(tx, into, { t0: loser.t0, firstVisitAt: loser.first_visit_at ?? loser.t0 });
  }
  await adoptGoal(tx, from, into);
  await deleteSessionsOf(tx, from);
  await deleteClaimLinksOf(tx, from);
  const hashes = await moveBelongings(tx, from, into);
  await recordAudit(tx, now, { developerId: into, actorId, action: 'developer.merged', target: from });
  return { hashes };
}

/** Moves what was still begun for developers that were merged lately. Returns the hashes of keys that moved. */
export async function moveStragglers(ctx: Context): Promise<string[]> {
  const merged = await listMergedSince(ctx.db, ctx.now() - STRAGGLERS_MS);
  const moved: string[] = [];
  for (const { from, into } of merged) {
    moved.push(...(await ctx.db.transaction().execute((tx) => moveBelongings(tx, from, into))));
  }
  return moved;
}

async function moveBelongings(tx: Db, from: string, into: string): Promise<string[]> {
  await whileNobodyRecords(tx);
  const milestones = await listMilestones(tx, from);
  await reachMilestones(
    tx,
    milestones.map((milestone) => ({ ...milestone, developer_id: into })),
  );
  await moveCounts(tx, from, into, await moveCalls(tx, from, into));
  await moveHistory(tx, from, into);
  return moveCredentials(tx, from, into);
}
