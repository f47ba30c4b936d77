import { LRUCache } from 'lru-cache';
import type { Db } from '../../context.ts';
import { earliestPerMilestone, isEarlier, type TimedCall } from './milestone-rules.ts';
import { reachMilestones } from './milestone-store.ts';

/** A call with the rest of what a milestone keeps as evidence. */
export interface EvidentCall extends TimedCall {
  durationMs: number;
}

export interface MilestoneFold {
  /**
   * Folds a batch into the milestones, within the batch's own transaction. Returns the developers of whom one
   * changed. A milestone that is known to stand earlier costs nothing.
   */
  advance(tx: Db, calls: EvidentCall[]): Promise<Advance>;
}

export interface Advance {
  changed: Set<string>;
  /** To be called once the transaction has committed; before, nothing may be remembered. */
  remember(): void;
}

const REMEMBERED = 200_000;

export function createMilestoneFold(): MilestoneFold {
  const reachedBy = new LRUCache<string, { receivedAt: number; id: string }>({ max: REMEMBERED });
  const mayChange = (key: string, call: EvidentCall) => {
    const known = reachedBy.get(key);
    return !known || isEarlier(call, known);
  };
  return {
    async advance(tx, calls) {
      const fresh = [...earliestPerMilestone(calls)].filter(([key, { call }]) => mayChange(key, call));
      const changed = await reachMilestones(
        tx,
        fresh.map(([, { name, call }]) => ({
          developer_id: call.developerId,
          name,
          reached_at: call.receivedAt,
          event_id: call.id,
          method: call.method,
          route: call.route,
          status: call.status,
          duration_ms: call.durationMs,
        })),
      );
      return {
        changed: new Set(changed.map((row) => row.developer_id)),
        // The store may hold an earlier time; then this one is merely asked about again.
        remember() {
          for (const [key, { call }] of fresh)
            reachedBy.set(key, { receivedAt: call.receivedAt, id: call.id });
        },
      };
    },
  };
}
