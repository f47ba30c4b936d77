import type { PendingCall } from './usage-event.ts';

/** Calls that came together and are answered together. */
export interface WaitingBatch {
  /** The root key of who reported them. */
  source: string;
  calls: PendingCall[];
}

/** What waits to be stored, bounded, and taken in turns so that nobody who sends a lot keeps the others waiting. */
export interface SourceQueue<Batch extends WaitingBatch> {
  /**
   * `share`: this source has as much waiting as there is room left, and has to slow down; others may go on.
   * `full`: there is no room for anybody.
   */
  add(batch: Batch): 'added' | 'share' | 'full';
  /** One batch of each source in turn, until there are `most` calls; never none while something waits. */
  take(most: number): Batch[];
  /** Of batches that were taken: their room is free again. */
  release(batches: readonly Batch[]): void;
  /** Calls that were added and not yet taken. */
  waiting(): number;
}

interface Lane<Batch> {
  batches: Batch[];
  /** Calls that wait or are being stored. */
  held: number;
}

/** `room` is for calls of all sources together, those that are being stored among them. */
export function createSourceQueue<Batch extends WaitingBatch>(room: number): SourceQueue<Batch> {
  /** In the order in which they have their turn. */
  const lanes = new Map<string, Lane<Batch>>();
  let held = 0;
  let waiting = 0;

  function takeOne(source: string, lane: Lane<Batch>): Batch | undefined {
    const batch = lane.batches.shift();
    // Whoever had a turn is last in the next round.
    lanes.delete(source);
    lanes.set(source, lane);
    return batch;
  }

  return {
    add(batch) {
      const size = batch.calls.length;
      const lane = lanes.get(batch.source) ?? { batches: [], held: 0 };
      const free = room - held - size;
      if (lane.held > 0 && lane.held > free) return 'share';
      if (free < 0) return 'full';
      lanes.set(batch.source, lane);
      lane.batches.push(batch);
      lane.held += size;
      held += size;
      waiting += size;
      return 'added';
    },
    take(most) {
      const taken: Batch[] = [];
      let calls = 0;
      while (waiting > 0 && calls < most) {
        for (const [source, lane] of [...lanes]) {
          const batch = calls < most ? takeOne(source, lane) : undefined;
          if (!batch) continue;
          taken.push(batch);
          calls += batch.calls.length;
          waiting -= batch.calls.length;
        }
      }
      return taken;
    },
    release(batches) {
      for (const { source, calls } of batches) {
        held -= calls.length;
        const lane = lanes.get(source);
        if (!lane) continue;
        lane.held -= calls.length;
        if (lane.held === 0) lanes.delete(source);
      }
    },
    waiting: () => waiting,
  };
}
