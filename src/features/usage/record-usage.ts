import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { createSourceQueue, type WaitingBatch } from './source-queue.ts';
import type { Spool } from './spool.ts';
import { createSpoolDrain, type DatabaseHealth } from './spool-drain.ts';
import { createApartStore, type Fate } from './store-apart.ts';
import type { StoreUsage } from './store-usage.ts';
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
const ROUND = 10_000;
/** About 100 MB. Beyond it the oldest of the gateway's are given up, and counted. */
const MOST_SEEN = 200_000;
/** 30 to 60 MB. Beyond it nobody may report more. */
const MOST_REPORTED = 60_000;
/** Less than this in the spool is a moment's work, for which what is newer waits in memory. */
const NEARLY_EMPTY_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 1_000;

interface ReportedBatch extends WaitingBatch {
  resolve(outcomes: Fate[] | 'spooled'): void;
  reject(error: unknown): void;
}

/** What is stored in one transaction. */
interface Round {
  seen: PendingCall[];
  reported: ReportedBatch[];
  calls: PendingCall[];
}

/**
 * Group commit: calls gather for a few milliseconds, under load for longer, and are stored together. While the
 * database does not take them they go to the spool, and once it does, what is there comes before anything newer.
 */
export function createUsageRecorder({ ctx, store, spool, onStored }: UsageRecorderParts): UsageRecorder {
  const { log } = ctx;
  const storeApart = createApartStore(store, log);
  const queue = createSourceQueue<ReportedBatch>(MOST_REPORTED);
  const database: DatabaseHealth = { failing: false };
  const drain =
    spool &&
    createSpoolDrain({
      spool,
      store: storeApart,
      log,
      database,
      onStored: ({ events, advanced }) => onStored(events, advanced),
    });
  let seen: PendingCall[] = [];
  let dropped = 0;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let startedAt = Number.NEGATIVE_INFINITY;
  const arriving = new Set<Promise<void>>();

  function takeRound(): Round {
    const reported = queue.take(seen.length > 0 ? ROUND / 2 : ROUND);
    const own = seen.slice(0, reported.length > 0 ? ROUND / 2 : ROUND);
    seen = seen.slice(own.length);
    return { seen: own, reported, calls: own.concat(...reported.map(({ calls }) => calls)) };
  }

  /** Whether it is in the database. */
  async function intoDatabase({ seen: own, reported, calls }: Round): Promise<boolean> {
    try {
      const { outcomes, events, advanced } = await storeApart(calls);
      database.failing = false;
      let at = own.length;
      for (const batch of reported) {
        batch.resolve(outcomes.slice(at, at + batch.calls.length));
        at += batch.calls.length;
      }
      onStored(events, advanced);
      return true;
    } catch (error) {
      if (!database.failing)
        log.error({ err: error }, 'usage could not be stored; it waits and is tried again');
      database.failing = true;
      return false;
    }
  }

  /** Whether it is in the spool. Where it is not, who reported something is told, and the gateway's own go on waiting. */
  async function intoSpool({ seen: own, reported, calls }: Round): Promise<boolean> {
    try {
      if (!spool || !drain) throw new Error('There is no folder for a spool.');
      await spool.append(calls);
      drain.wake();
      for (const batch of reported) batch.resolve('spooled');
      return true;
    } catch (error) {
      log.error({ err: error, calls: calls.length }, 'usage could not be spooled');
      for (const batch of reported) batch.reject(nowhereToStore());
      seen = own.concat(seen);
      return false;
    }
  }

  /** Whether it is on disk. */
  async function settle(round: Round): Promise<boolean> {
    while (spool && drain && !spool.isEmpty()) {
      if (database.failing) return intoSpool(round);
      const spooled = spool.bytes() > NEARLY_EMPTY_BYTES ? intoSpool(round) : undefined;
      await spooled;
      // What comes in must not be faster than what goes out.
      await drain.step();
      if (spooled) return spooled;
    }
    return (await intoDatabase(round)) || intoSpool(round);
  }

  /** Waits while more comes in with every turn of the event loop: they share one fsync. */
  async function gather() {
    const until = performance.now() + MOST_GATHERED_MS;
    let before = -1;
    while (queue.waiting() > before && queue.waiting() < ROUND && performance.now() < until) {
      before = queue.waiting();
      await nextTurn();
    }
  }

  async function commit() {
    await gather();
    while (seen.length > 0 || queue.waiting() > 0) {
      startedAt = performance.now();
      const round = takeRound();
      const settled = await settle(round);
      queue.release(round.reported);
      if (!settled) return schedule(RETRY_MS);
    }
  }

  function start(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    dueAt = Number.POSITIVE_INFINITY;
    running ??= commit().finally(() => {
      running = undefined;
    });
    return running;
  }

  function schedule(pause: number) {
    const at = performance.now() + pause;
    if (at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(start, pause);
  }

  const recorder: UsageRecorder = {
    record(call) {
      if (seen.length >= MOST_SEEN) {
        seen = seen.slice(ROUND);
        dropped += ROUND;
        log.error({ dropped }, 'usage was given up because storage has been failing for too long');
      }
      seen.push(call);
      if (!running && timer === undefined) {
        schedule(Math.max(LINGER_MS, startedAt + COMMIT_EVERY_MS - performance.now()));
      }
    },
    recordLater(call) {
      const arrival = call
        .then((arrived) => arrived && recorder.record(arrived))
        .catch((error: unknown) => log.warn({ err: error }, 'an attempt was lost'))
        .then(() => void arriving.delete(arrival));
      arriving.add(arrival);
    },
    report(source, calls) {
      if (calls.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        const added = queue.add({ source, calls, resolve, reject });
        if (added !== 'taken') return reject(tooMuchWaiting(added));
        if (!running) schedule(LINGER_MS);
      });
    },
    async flushed() {
      await Promise.all(arriving);
      await running;
      await start();
      await drain?.run();
    },
    backlog: () => ({
      waiting: seen.length + queue.waiting(),
      dropped,
      spooled: spool?.bytes() ?? 0,
      failing: database.failing,
      full: seen.length >= MOST_SEEN,
    }),
    async close() {
      await recorder.flushed();
      clearTimeout(timer);
      await drain?.stop();
      await spool?.close();
    },
  };
  if (spool && !spool.isEmpty()) void drain?.run();
  return recorder;
}

function tooMuchWaiting(why: 'share' | 'full'): AppError {
  return why === 'share'
    ? new AppError(
        429,
        'usage_backlog',
        'More of what this root key reported is waiting to be stored than its share. Nothing of this request was taken: send it again after the seconds in Retry-After.',
        { 'Retry-After': '1' },
      )
    : new AppError(
        503,
        'usage_backlog',
        'Too much reported usage is waiting to be stored. Nothing of this request was taken: send it again after the seconds in Retry-After.',
        { 'Retry-After': '2' },
      );
}

function nowhereToStore(): AppError {
  return new AppError(
    503,
    'storage_unavailable',
    'The portal can write neither to its database nor to its disk. It does not know these events: send them again after the seconds in Retry-After.',
    { 'Retry-After': '5' },
  );
}
