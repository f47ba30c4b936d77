import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { createColumns, type JourneyColumns } from './journey-columns.ts';
import { createSnapshot, type JourneySnapshot, renewReports } from './journey-snapshot.ts';
import { findLast, listChanged } from './journey-store.ts';
import { refreshJourneys } from './refresh-journeys.ts';

export interface JourneyMemory {
  /** All that is known now. The columns are valid until the next call. */
  current(): Promise<JourneyColumns>;
  /** The same with a moment: of many developers up to two minutes old, and then what was counted is not counted again. */
  snapshot(): Promise<JourneySnapshot>;
  /**
   * Of many developers: reads what has changed, and counts anew what people have looked at lately, so that nobody waits
   * for either. To be called once a minute. Of few developers it does nothing, because nobody would wait.
   */
  keepUp(): Promise<void>;
  /** Ends reading; what asks from now on fails. */
  close(): Promise<void>;
}

/** From so many developers on, figures are made once a minute at most. */
const MANY = 100_000;
export const KEPT_MS = 60_000;
/** Whoever asks does not wait while the next figures are being made. */
const OLDEST_MS = 2 * KEPT_MS;
/** So long after somebody looked at a page it is made anew every minute. */
const LOOKED_AT_MS = 15 * 60_000;
/** Rows that are read at once: more would keep others waiting. */
const AT_ONCE = 2_000;

/**
 * Follows the rows in the database: what changed since the last time is read, and nothing else. Of few developers nothing
 * is read before somebody asks.
 */
export function createJourneyMemory(ctx: Pick<Context, 'db' | 'now'>, many = MANY): JourneyMemory {
  const columns = createColumns();
  let revision = 0;
  let reading: Promise<void> | undefined;
  let keepingUp: Promise<void> | undefined;
  let latest: JourneySnapshot | undefined;
  let closed = false;

  async function read(): Promise<void> {
    await refreshJourneys(ctx);
    for (;;) {
      if (closed) throw new Error('The portal is closing.');
      const changed = await listChanged(ctx.db, revision, AT_ONCE);
      for (const journey of changed) columns.put(journey);
      revision = changed.at(-1)?.revision ?? revision;
      if (changed.length < AT_ONCE) return;
      await nextTurn();
    }
  }

  async function current(): Promise<JourneyColumns> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
    return columns.view();
  }

  const make = async () => createSnapshot(await current(), ctx.now);

  async function renew(): Promise<void> {
    if (closed || (await findLast(ctx.db)).place + 1 < many) return;
    const before = latest;
    const next = await make();
    if (before) await renewReports(before, next, ctx.now() - LOOKED_AT_MS);
    latest = next;
  }

  return {
    current,
    async snapshot() {
      const age = ctx.now() - (latest?.asOf ?? Number.NEGATIVE_INFINITY);
      if (latest && latest.columns.length >= many && age >= 0 && age < OLDEST_MS) return latest;
      latest = await make();
      return latest;
    },
    async keepUp() {
      keepingUp ??= renew().finally(() => {
        keepingUp = undefined;
      });
      await keepingUp;
    },
    async close() {
      closed = true;
      await Promise.allSettled([reading, keepingUp]);
    },
  };
}
