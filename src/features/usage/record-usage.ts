import type { Context } from '../../context.ts';
import type { StoreUsage } from './store-usage.ts';
import type { PendingCall, UsageEvent } from './usage-event.ts';

export interface UsageRecorder {
  /** Takes an event; never throws and never waits. It is on disk before anybody is told of it. */
  record(event: PendingCall): void;
  /** Takes an event that is still being put together; null when there is none after all. */
  recordLater(event: Promise<PendingCall | null>): void;
  /** Settles when everything taken so far is on disk, or storage has failed. */
  flushed(): Promise<void>;
  /** What could not be stored yet, what was given up because too much was waiting, and whether the next would be. */
  backlog(): { waiting: number; dropped: number; failing: boolean; full: boolean };
}

/** Told after each commit: the calls now on disk and the developers of whom a milestone changed. */
export type UsageListener = (events: UsageEvent[], advanced: Set<string>) => void;

/** A call after a quiet moment is stored soon, because somebody may be watching for it. */
const LINGER_MS = 5;
/** Under load an fsync is shared by all the calls of this long. */
const COMMIT_EVERY_MS = 250;
const BATCH = 10_000;
/** About 100 MB. Beyond it the oldest are given up, and counted. */
const MOST_WAITING = 200_000;
const RETRY_MS = 1_000;

/**
 * Group commit: events gather for a few milliseconds, under load for longer, and are stored together. When storage
 * fails they wait and are tried again.
 */
export function createUsageRecorder(ctx: Context, store: StoreUsage, onStored: UsageListener): UsageRecorder {
  let waiting: PendingCall[] = [];
  let dropped = 0;
  let failing = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;

  async function drain() {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        const { events, advanced } = await store(batch);
        onStored(events, advanced);
        failing = false;
      } catch (error) {
        if (!failing) ctx.log.error({ err: error }, 'usage could not be stored; it waits and is tried again');
        failing = true;
        waiting = batch.concat(waiting);
        return;
      }
    }
  }

  function start() {
    timer = undefined;
    startedAt = performance.now();
    running ??= drain().finally(() => {
      running = undefined;
      if (waiting.length > 0) schedule();
    });
  }

  function schedule() {
    const pause = startedAt + COMMIT_EVERY_MS - performance.now();
    timer ??= setTimeout(start, failing ? RETRY_MS : Math.max(LINGER_MS, pause));
  }

  const arriving = new Set<Promise<void>>();

  const recorder: UsageRecorder = {
    record(event) {
      if (waiting.length >= MOST_WAITING) {
        waiting = waiting.slice(BATCH);
        dropped += BATCH;
        ctx.log.error({ dropped }, 'usage was given up because storage has been failing for too long');
      }
      waiting.push(event);
      if (!running) schedule();
    },
    recordLater(event) {
      const arrival = event
        .then((arrived) => arrived && recorder.record(arrived))
        .catch((error: unknown) => ctx.log.warn({ err: error }, 'an attempt was lost'))
        .then(() => void arriving.delete(arrival));
      arriving.add(arrival);
    },
    async flushed() {
      await Promise.all(arriving);
      clearTimeout(timer);
      start();
      await running;
    },
    backlog: () => ({ waiting: waiting.length, dropped, failing, full: waiting.length >= MOST_WAITING }),
  };
  return recorder;
}
