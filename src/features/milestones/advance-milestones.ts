import { LRUCache } from 'lru-cache';
import type { Db } from '../../context.ts';
import { earliestPerMilestone, isEarlier, type TimedCall } from './milestone-rules.ts';
import { reachMilestones } from './milestone-store.ts';
import { milestoneName } from './progress-schema.ts';

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

type Moment = Pick<TimedCall, 'receivedAt' | 'id'>;

/** What is known to have been reached, so that the calls of a busy integration need not be looked at one by one. */
function createMemory() {
  const reached = new LRUCache<string, Moment>({ max: REMEMBERED });
  /** By developer, once every milestone is reached: the latest of them. No later call can change any. */
  const settled = new LRUCache<string, Moment>({ max: REMEMBERED });
  const maySettle = (developerId: string) => {
    const moments = milestoneName.options.map((name) => reached.get(`${developerId} ${name}`));
    if (!moments.every((moment) => moment !== undefined)) return;
    settled.set(
      developerId,
      moments.reduce((a, b) => (isEarlier(a, b) ? b : a)),
    );
  };
  return {
    mayChangeAny(call: TimedCall): boolean {
      const latest = settled.get(call.developerId);
      return !latest || isEarlier(call, latest);
    },
    mayChange(key: string, moment: Moment): boolean {
      const known = reached.get(key);
      return !known || isEarlier(moment, known);
    },
    /** The store may hold an earlier time; then this one is merely asked about again. */
    remember(key: string, { receivedAt, id, developerId }: TimedCall) {
      reached.set(key, { receivedAt, id });
      maySettle(developerId);
    },
  };
}

export function createMilestoneFold(): MilestoneFold {
  const memory = createMemory();
  return {
    async advance(tx, calls) {
      const earliest = earliestPerMilestone(calls.filter((call) => memory.mayChangeAny(call)));
      const fresh = [...earliest].filter(([key, { call }]) => memory.mayChange(key, call));
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
        remember() {
          for (const [key, { call }] of fresh) memory.remember(key, call);
        },
      };
    },
  };
}
