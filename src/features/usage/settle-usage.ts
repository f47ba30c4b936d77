import type { Logger } from 'pino';
import { AppError } from '../../errors.ts';
import type { Spool } from './spool.ts';
import type { DatabaseHealth, SpoolDrain } from './spool-drain.ts';
import type { ApartBatch, ApartStore } from './store-apart.ts';
import type { Round } from './usage-backlog.ts';

export interface SettleParts {
  log: Logger;
  store: ApartStore;
  database: DatabaseHealth;
  /** Null where the folder cannot be written. */
  spooling: { spool: Spool; drain: SpoolDrain } | null;
  onStored(stored: ApartBatch): void;
}

/** Less than this in the spool is a moment's work, for which what is newer waits in memory. */
const NEARLY_EMPTY_BYTES = 4 * 1024 * 1024;

/**
 * Brings a round to disk: into the database, or into the spool while the database does not take it and for as long as
 * something older is there. Tells who reported, and returns whether it is on disk. Where it is not, those who
 * reported are told to send again, and the gateway's own are for the caller to keep.
 */
export function createSettle({ log, store, database, spooling, onStored }: SettleParts) {
  async function intoDatabase(round: Round): Promise<boolean> {
    let stored: ApartBatch;
    try {
      stored = await store(round.calls);
    } catch (error) {
      if (!database.failing) log.error({ err: error }, 'usage could not be stored; it is tried again');
      database.failing = true;
      return false;
    }
    database.failing = false;
    let at = round.seen.length;
    for (const batch of round.reported) {
      batch.resolve(stored.outcomes.slice(at, at + batch.calls.length));
      at += batch.calls.length;
    }
    onStored(stored);
    return true;
  }

  async function intoSpool({ reported, calls }: Round): Promise<boolean> {
    try {
      if (!spooling) throw new Error('There is no folder for a spool.');
      await spooling.spool.append(calls);
      spooling.drain.wake();
      for (const batch of reported) batch.resolve('spooled');
      return true;
    } catch (error) {
      log.error({ err: error, calls: calls.length }, 'usage could not be spooled');
      for (const batch of reported) batch.reject(nowhereToStore());
      return false;
    }
  }

  return async (round: Round): Promise<boolean> => {
    while (spooling && !spooling.spool.isEmpty()) {
      if (database.failing) return intoSpool(round);
      const spooled = spooling.spool.bytes() > NEARLY_EMPTY_BYTES ? intoSpool(round) : undefined;
      await spooled;
      // What comes in must not be faster than what goes out.
      await spooling.drain.step();
      if (spooled) return spooled;
    }
    return (await intoDatabase(round)) || intoSpool(round);
  };
}

function nowhereToStore(): AppError {
  return new AppError(
    503,
    'storage_unavailable',
    'The portal can write neither to its database nor to its disk. It does not know these events: send them again after the seconds in Retry-After.',
    { 'Retry-After': '5' },
  );
}
