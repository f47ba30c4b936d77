import type { LRUCache } from 'lru-cache';
import type { Context } from '../../context.ts';
import { latelyUsed } from '../../lately-used.ts';
import { listCallsSince, listRevisions } from './follow-store.ts';
import type { Tell } from './observation-feed.ts';
import type { SeenCall, UsageEvent } from './usage-event.ts';

/** What is stored about developers by other processes on the same database. */
export interface Elsewhere {
  /** Somebody listens to a developer of whom nobody did. */
  begin(developerId: string): void;
  /** Settles when that has begun; what happened before is not told. */
  ready(developerId: string): Promise<void>;
  end(developerId: string): void;
  /** Those of a batch stored by this process that the listeners have not been told of. */
  storedHere(developerId: string, events: UsageEvent[]): SeenCall[];
  close(): Promise<void>;
}

/** Half a second until somebody hears of a call is soon enough for eyes. */
const LOOK_EVERY_MS = 400;
/** A call that is stored later than this after it was received is counted, and not shown as it happens. */
const OVERLAP_MS = 15_000;
const MOST_REMEMBERED = 5_000;

interface Followed {
  /** Of what is known of the developer, when it was last looked at; null until it has been. */
  revision: number | null;
  /** Whether the first look could not be made. */
  failed: boolean;
  /** How often this process has raised it since. */
  raisedHere: number;
  told: LRUCache<string, true>;
  begun: Promise<void>;
}

/**
 * Looks twice a second whether a developer's revision has grown to whom somebody listens here, and only then for their
 * calls: storing calls announces nothing, because an announcement holds up every other commit.
 */
export function followElsewhere(
  { db, now, log }: Pick<Context, 'db' | 'now' | 'log'>,
  tell: Tell,
): Elsewhere {
  const followed = new Map<string, Followed>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  /** What is there already is not told. */
  async function start(developerId: string, of: Followed): Promise<void> {
    const revisions = await listRevisions(db, [developerId]);
    for (const { call } of await listCallsSince(db, [developerId], now() - OVERLAP_MS))
      of.told.set(call.id, true);
    of.revision = revisions.get(developerId) ?? 0;
  }

  /** A change that might be another process's is told: to look once too often does no harm. */
  async function look(): Promise<void> {
    const explained = new Map([...followed].map(([id, of]) => [id, of.raisedHere]));
    for (const of of followed.values()) of.raisedHere = 0;
    const revisions = await listRevisions(db, [...followed.keys()]);
    const changed = [...revisions].filter(
      ([id, revision]) => revision > (followed.get(id)?.revision ?? revision),
    );
    if (changed.length > 0) {
      const ids = changed.map(([id]) => id);
      const calls = Map.groupBy(
        await listCallsSince(db, ids, now() - OVERLAP_MS),
        ({ developerId }) => developerId,
      );
      for (const [id, revision] of changed) {
        const of = followed.get(id);
        if (!of || of.revision === null) continue;
        const untold = remember(of, calls.get(id)?.map(({ call }) => call) ?? []);
        if (untold.length > 0) tell(id, { type: 'calls', calls: untold });
        const byOthers = revision - of.revision > (explained.get(id) ?? 0);
        if (untold.length > 0 || byOthers) tell(id, { type: 'progress' });
        of.revision = revision;
      }
    }
    for (const [id, of] of followed) {
      of.raisedHere = 0;
      if (!of.failed) continue;
      await start(id, of);
      of.failed = false;
      tell(id, { type: 'progress' });
    }
  }

  function lookSoon() {
    looking ??= look()
      // What has changed meanwhile is found when the database is back.
      .catch((error: unknown) => log.debug({ err: error }, 'other processes cannot be followed for now'))
      .finally(() => {
        looking = undefined;
      });
  }

  return {
    begin(developerId) {
      const of: Followed = {
        revision: null,
        failed: false,
        raisedHere: 0,
        told: latelyUsed(MOST_REMEMBERED),
        begun: Promise.resolve(),
      };
      followed.set(developerId, of);
      of.begun = start(developerId, of).catch(() => {
        of.failed = true;
      });
      timer ??= setInterval(lookSoon, LOOK_EVERY_MS).unref();
    },
    ready: async (developerId) => followed.get(developerId)?.begun,
    end(developerId) {
      followed.delete(developerId);
      if (followed.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    storedHere(developerId, events) {
      const of = followed.get(developerId);
      if (!of) return events;
      const untold = remember(of, events);
      // Where some were told, the look that told them has seen this change as well.
      if (untold.length === events.length) of.raisedHere += 1;
      return untold;
    },
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Those that were not told yet, which are from now on. */
function remember<Call extends SeenCall>({ told }: Followed, calls: readonly Call[]): Call[] {
  const untold = calls.filter(({ id }) => !told.has(id));
  for (const { id } of untold) told.set(id, true);
  return untold;
}
