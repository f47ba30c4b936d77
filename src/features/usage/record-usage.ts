import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { createSettle } from './settle-usage.ts';
import type { Spool } from './spool.ts';
import { createSpoolDrain, type DatabaseHealth } from './spool-drain.ts';
import { type ApartBatch, createApartStore, type Fate } from './store-apart.ts';
import type { StoreUsage } from './store-usage.ts';
import { createUsageBacklog, ROUND, type UsageBacklog } from './usage-backlog.ts';
import type { PendingCall, UsageEvent } from './usage-event.ts';

export interface UsageRecorder {
  /** Takes a call; never throws and never waits. It is on disk before anybody is told of it. */
  record(call: PendingCall): void;
  /** Takes a call that is still being put together; null when there is none after all. */
  recordLater(call: Promise<PendingCall | null>): void;
  /**
   * Takes calls that somebody reported, and resolves once they are on disk: with one outcome for each, or with
   * `spooled` where they are in a file until the database is back. Rejects with AppError 429 when this source has too
   * much waiting, and 503 when there is no room or nothing can be written; then nothing of it has to be stored.
   */
  report(source: string, calls: PendingCall[]): Promise<Fate[] | 'spooled'>;
  /** Settles when everything taken so far is in the database, or storage has failed. */
  flushed(): Promise<void>;
  backlog(): Backlog;
  /** Stores what is waiting, in the spool if need be. */
  close(): Promise<void>;
}

export interface Backlog {
  /** Calls in memory. */
  waiting: number;
  /** Calls of the gateway's that were given up because too much was waiting. */
  dropped: number;
  /** Bytes of calls in the spool. */
  spooled: number;
  /** Whether the database did not take what it was last given. */
  failing: boolean;
  /** Whether the gateway's next would be given up. */
  full: boolean;
}

/** Told after each commit: the calls now on disk and the developers of whom a milestone changed. */
export type UsageListener = (events: UsageEvent[], advanced: Set<string>) => void;

export interface UsageRecorderParts {
  ctx: Pick<Context, 'log'>;
  store: StoreUsage;
  /** Null where the folder cannot be written: then memory is all there is while the database is away. */
  spool: Spool | null;
  onStored: UsageListener;
}

/** A call after a quiet moment is stored soon, because somebody may be watching for it. */
const LINGER_MS = 5;
/** Under load an fsync is shared by all the calls of this long. Whoever reported calls waits and is not kept so long. */
const COMMIT_EVERY_MS = 250;
/** The most by which those who reported first wait for those who are just coming. */
const MOST_GATHERED_MS = 50;
const RETRY_MS = 1_000;

/**
 * Group commit: calls gather for a few milliseconds, under load for longer, and are stored together. While the
 * database does not take them they go to the spool, and once it does, what is there comes before anything newer.
 */
export function createUsageRecorder(parts: UsageRecorderParts): UsageRecorder {
  const { log } = parts.ctx;
  const backlog = createUsageBacklog(log);
  const { database, spooling, settle } = connect(parts);
  const commits = createCommits(backlog, settle);
  const arriving = new Set<Promise<void>>();

  const recorder: UsageRecorder = {
    record(call) {
      backlog.see(call);
      commits.soon();
    },
    recordLater(call) {
      const arrival = call
        .then((arrived) => arrived && recorder.record(arrived))
        .catch((error: unknown) => log.warn({ err: error }, 'an attempt was lost'))
        .then(() => void arriving.delete(arrival));
      arriving.add(arrival);
    },
    async report(source, calls) {
      if (calls.length === 0) return [];
      const { promise, resolve, reject } = Promise.withResolvers<Fate[] | 'spooled'>();
      backlog.report({ source, calls, resolve, reject });
      commits.verySoon();
      return promise;
    },
    async flushed() {
      await Promise.all(arriving);
      await commits.now();
      await spooling?.drain.run();
    },
    backlog: () => ({
      waiting: backlog.waiting(),
      dropped: backlog.dropped(),
      spooled: spooling?.spool.bytes() ?? 0,
      failing: database.failing,
      full: backlog.full(),
    }),
    async close() {
      await recorder.flushed();
      commits.stop();
      if (backlog.waiting() > 0) log.error({ calls: backlog.waiting() }, 'usage was lost at the end');
      await spooling?.drain.stop();
      await spooling?.spool.close();
    },
  };
  return recorder;
}

/** What was left in the spool by the process before is stored at once. */
function connect({ ctx: { log }, store: storeUsage, spool, onStored: tell }: UsageRecorderParts) {
  const store = createApartStore(storeUsage, log);
  const database: DatabaseHealth = { failing: false };
  const onStored = ({ events, advanced }: ApartBatch) => tell(events, advanced);
  const spooling = spool && { spool, drain: createSpoolDrain({ spool, store, log, database, onStored }) };
  if (spooling && !spooling.spool.isEmpty()) void spooling.drain.run();
  return { database, spooling, settle: createSettle({ log, store, database, spooling, onStored }) };
}

/** When what waits is stored: one round after the other, never two at once. */
function createCommits(backlog: UsageBacklog, settle: ReturnType<typeof createSettle>) {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let startedAt = Number.NEGATIVE_INFINITY;

  /** Waits while more is reported with every turn of the event loop: they share one fsync. */
  async function gather() {
    const until = performance.now() + MOST_GATHERED_MS;
    let before = -1;
    while (backlog.reported() > before && backlog.reported() < ROUND && performance.now() < until) {
      before = backlog.reported();
      await nextTurn();
    }
  }

  async function commit() {
    await gather();
    while (backlog.waiting() > 0) {
      startedAt = performance.now();
      const round = backlog.take();
      const settled = await settle(round);
      backlog.release(round, !settled);
      if (!settled) return schedule(RETRY_MS);
    }
  }

  function start(): Promise<void> {
    clear();
    running ??= commit().finally(() => {
      running = undefined;
      if (backlog.waiting() > 0 && timer === undefined) schedule(LINGER_MS);
    });
    return running;
  }

  function schedule(pause: number) {
    const at = performance.now() + pause;
    if (at >= dueAt) return;
    clear();
    dueAt = at;
    timer = setTimeout(start, pause);
  }

  function clear() {
    clearTimeout(timer);
    timer = undefined;
    dueAt = Number.POSITIVE_INFINITY;
  }

  return {
    /** For a call that nobody waits for. */
    soon() {
      if (running || timer !== undefined) return;
      schedule(Math.max(LINGER_MS, startedAt + COMMIT_EVERY_MS - performance.now()));
    },
    /** For calls whose reporter waits. */
    verySoon() {
      if (!running) schedule(LINGER_MS);
    },
    async now() {
      await running;
      await start();
    },
    stop: clear,
  };
}
