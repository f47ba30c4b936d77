import { createFairShare } from '../../fair-share.ts';
import type { PendingCall } from './usage-event.ts';

/** Calls that came together and are answered together. */
export interface WaitingBatch {
  /** The root key of who reported them. */
  source: string;
  calls: PendingCall[];
}

/** What waits to be stored, bounded, and taken in turns so that nobody who sends a lot keeps the others waiting. */
export interface SourceQueue<Batch extends WaitingBatch> {
  /** Where it is not taken: this source has more than its share waiting, or there is no room for anybody. */
  add(batch: Batch): 'taken' | 'share' | 'full';
  /** One batch of each source in turn, until there are `most` calls; never none while something waits. */
  take(most: number): Batch[];
  /** Of batches that are done with: their room is free again. */
  release(batches: readonly Batch[]): void;
  /** Calls that were added and not yet taken. */
  waiting(): number;
}

/** `room` is for calls of all sources together, those that are being stored among them. */
export function createSourceQueue<Batch extends WaitingBatch>(room: number): SourceQueue<Batch> {
  const shares = createFairShare(room);
  /** In the order in which the sources have their turn. */
  const lanes = new Map<string, Batch[]>();
  let waiting = 0;

  /** The next batch of the source whose turn it is, which is the last one then. */
  function takeOne(): Batch | undefined {
    const [next] = lanes;
    if (!next) return undefined;
    const [source, lane] = next;
    const batch = lane.shift();
    lanes.delete(source);
    if (lane.length > 0) lanes.set(source, lane);
    return batch;
  }

  return {
    add(batch) {
      const taken = shares.take(batch.source, batch.calls.length);
      if (taken !== 'taken') return taken;
      const lane = lanes.get(batch.source);
      if (lane) lane.push(batch);
      else lanes.set(batch.source, [batch]);
      waiting += batch.calls.length;
      return 'taken';
    },
    take(most) {
      const batches: Batch[] = [];
      let calls = 0;
      while (calls < most) {
        const batch = takeOne();
        if (!batch) break;
        batches.push(batch);
        calls += batch.calls.length;
      }
      waiting -= calls;
      return batches;
    },
    release(batches) {
      for (const { source, calls } of batches) shares.giveBack(source, calls.length);
    },
    waiting: () => waiting,
  };
}
