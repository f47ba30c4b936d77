import type { Logger } from 'pino';
import type { Spool, SpooledCalls } from './spool.ts';
import type { ApartBatch, ApartStore } from './store-apart.ts';

/** Stores what is in the spool once the database takes it again, the oldest first. */
export interface SpoolDrain {
  /** Tries now, unless it is at it. Settles when the spool is empty, or storing has failed. */
  run(): Promise<void>;
  /** Settles when the calls that are being stored now are stored, or that has failed. Tries now if nothing is. */
  step(): Promise<void>;
  /** Something new is in the spool: tries now, or in a while where the database has just not taken something. */
  wake(): void;
  stop(): Promise<void>;
}

/** What whoever gives something to the database has last seen of it. */
export interface DatabaseHealth {
  /** Whether it did not take what it was last given. */
  failing: boolean;
}

export interface SpoolDrainParts {
  database: DatabaseHealth;
  spool: Spool;
  store: ApartStore;
  log: Logger;
  onStored(stored: ApartBatch): void;
}

/** Far less than a round of newer calls: there is time, and what lives shortly takes little memory. */
const AT_ONCE = 2_000;
const RETRY_MS = 1_000;

export function createSpoolDrain({ database, spool, store, log, onStored }: SpoolDrainParts): SpoolDrain {
  let running: Promise<void> | undefined;
  let current: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function storeSome(): Promise<boolean> {
    try {
      const found = await spool.next(AT_ONCE);
      if (!found) return false;
      const stored = await store(found.calls);
      await found.drop();
      sayRefused(log, found, stored);
      onStored(stored);
      database.failing = false;
      return true;
    } catch (error) {
      if (!database.failing)
        log.error({ err: error }, 'spooled usage could not be stored; it is tried again');
      database.failing = true;
      return false;
    }
  }

  async function storeAll() {
    const before = spool.bytes();
    do {
      current = storeSome();
    } while ((await current) && !spool.isEmpty() && !stopped);
    if (before > 0 && spool.isEmpty()) log.info({ bytes: before }, 'spooled usage is stored');
  }

  function run() {
    clearTimeout(timer);
    timer = undefined;
    running ??= storeAll().finally(() => {
      running = undefined;
      current = undefined;
      if (database.failing) tryLater();
    });
    return running;
  }

  function tryLater() {
    if (!stopped) timer ??= setTimeout(run, RETRY_MS).unref();
  }

  return {
    run,
    async step() {
      void run();
      await current;
    },
    wake() {
      if (running) return;
      if (database.failing) tryLater();
      else void run();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Nobody waits for an answer any more who could be told. */
function sayRefused(log: Logger, { calls }: SpooledCalls, { outcomes }: ApartBatch): void {
  const refused = calls.flatMap(({ id, source }, at) => {
    const outcome = outcomes[at];
    return outcome === 'accepted' || outcome === 'duplicate' ? [] : [{ id, source, outcome }];
  });
  if (refused.length === 0) return;
  log.warn({ refused: refused.length, first: refused.slice(0, 20) }, 'spooled usage was refused');
}
