import type { Logger } from 'pino';
import type { Outcome, StoredBatch, StoreUsage } from './store-usage.ts';
import type { PendingCall } from './usage-event.ts';

/** What became of one call. `unstorable`: the database does not take what it says. */
export type Fate = Outcome | 'unstorable';

export interface ApartBatch extends Omit<StoredBatch, 'outcomes'> {
  outcomes: Fate[];
}

export type ApartStore = (calls: readonly PendingCall[]) => Promise<ApartBatch>;

/** Longer than any transaction takes. A database that is cut off without a word would keep everybody waiting. */
const PATIENCE_MS = 15_000;

/** SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH. */
const BAD_FOR_SQLITE = new Set([18, 19, 20]);

/**
 * Stores calls so that one which the database does not take keeps nobody else's from being stored: it is written to
 * the log and left out. Rejects when the database is away, or has not answered for a while; the calls may be stored
 * all the same, and are to be given again.
 */
export function createApartStore(store: StoreUsage, log: Logger): ApartStore {
  async function storeApart(calls: readonly PendingCall[]): Promise<ApartBatch> {
    try {
      return await store(calls);
    } catch (error) {
      if (!isBadData(error)) throw error;
      if (calls.length <= 1) return refuse(calls, error);
    }
    const half = calls.length >> 1;
    const first = await storeApart(calls.slice(0, half));
    const second = await storeApart(calls.slice(half));
    return {
      outcomes: first.outcomes.concat(second.outcomes),
      events: first.events.concat(second.events),
      advanced: new Set([...first.advanced, ...second.advanced]),
    };
  }

  function refuse(calls: readonly PendingCall[], error: unknown): ApartBatch {
    log.error({ err: error, calls }, 'the database does not take this call, and never will; it is left out');
    return { outcomes: calls.map(() => 'unstorable'), events: [], advanced: new Set() };
  }

  return (calls) => withPatience(storeApart(calls));
}

/** Whether it is what was sent that the database does not take: data exceptions and violated constraints. */
function isBadData(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return /^(22|23)...$/.test(String(code)) || BAD_FOR_SQLITE.has(Number(errcode) & 0xff);
}

async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The database has not answered within ${PATIENCE_MS} ms.`)),
      PATIENCE_MS,
    );
  });
  // Whoever has lost is not heard of again.
  work.catch(() => {});
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
