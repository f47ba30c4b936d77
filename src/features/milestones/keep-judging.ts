import type { Context } from '../../context.ts';
import { dayOf } from '../../day.ts';
import type { Definition } from './definition.ts';
import { findLatestDefinition } from './definition-store.ts';
import { judgeLive } from './judge-live.ts';
import { recountDeveloper } from './recount-developer.ts';
import { EVERYTHING, listDue, listOutdated, lockState } from './state-store.ts';

const AT_ONCE = 100;

export interface Judging {
  ctx: Context;
  definition: Definition;
  /** Tells whoever watches a developer to look again. */
  touch(developerId: string): void;
}

/** Looks again at those whose integration may have lapsed, or of whom it was left open. O(due). */
export async function judgeDue({ ctx, definition, touch }: Judging): Promise<void> {
  for (;;) {
    const due = await listDue(ctx.db, ctx.now(), AT_ONCE);
    for (const developerId of due) {
      await ctx.db.transaction().execute(async (tx) => {
        const now = ctx.now();
        const state = await lockState(tx, developerId);
        // Another process may have been faster.
        if (state.check_at === null || state.check_at > now) return;
        const mayWait = state.live_reached_at === null && state.check_at !== EVERYTHING;
        await judgeLive(tx, definition, { developerId, now, from: mayWait ? dayOf(now) - 1 : 0 });
      });
      touch(developerId);
    }
    if (due.length < AT_ONCE) return;
  }
}

/**
 * Counts everybody anew who was counted by an older definition, one after the other. A process with an older file
 * than another one leaves it to that.
 */
export async function recountOutdated({ ctx, definition, touch }: Judging): Promise<void> {
  for (;;) {
    const latest = await findLatestDefinition(ctx.db);
    if (latest && latest.version > definition.version) return;
    const outdated = await listOutdated(ctx.db, definition.version, AT_ONCE);
    for (const developerId of outdated) {
      await ctx.db
        .transaction()
        .execute((tx) => recountDeveloper(tx, definition, { developerId, now: ctx.now() }));
      touch(developerId);
    }
    if (outdated.length < AT_ONCE) return;
  }
}
