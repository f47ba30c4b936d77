import { hash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Announcements } from './db/announcements.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';

export interface LimitOptions {
  quota: number;
  windowSeconds: number;
  /** Its keys say something of a person, such as an address: other processes are told a hash. */
  personal?: boolean;
}

/** The limits of a portal, by name. Processes on one database count together. */
export interface Limits {
  /** The same limit whoever asks for the name. */
  limit(name: string, options: LimitOptions): RateLimit;
  /** Tells the others what they do not know yet. Never rejects. */
  exchange(): Promise<void>;
  close(): Promise<void>;
}

/** Between two exchanges each process counts for itself, and all of them together may let too much through. */
const EXCHANGE_MS = 200;
/** A key of which so little is used that all processes together cannot exceed the limit is not worth a word. */
const QUIET_SHARE = 1 / 16;
/** An entry has fewer than 70 bytes, and Postgres takes fewer than 8,000 in one announcement. */
const ENTRIES_AT_ONCE = 100;
/** Nobody can have let through more between two exchanges; whoever says so is wrong. */
const MOST_QUOTAS = 2;

const notice = z.object({
  /** Who says it. */
  by: z.string(),
  limit: z.string(),
  taken: z.array(z.tuple([z.string(), z.int().positive()])),
});
type Notice = z.output<typeof notice>;

interface Shared {
  name: string;
  local: RateLimit;
  /** Taken here, and not told yet. */
  untold: Map<string, number>;
}

/**
 * Each process decides by itself, without waiting for anybody, and five times a second tells the others what it let
 * through, which they count as if it had come to them. So a burst that comes to several processes at the same moment
 * can get through several times, and is taken from what follows: over a longer time the rate holds.
 */
export function createLimits(
  announcements: Pick<Announcements, 'hear' | 'announce'>,
  now: () => number,
): Limits {
  const { announce } = announcements;
  const limits = new Map<string, Shared>();
  const ownName = randomUUID();
  let underWay: Promise<void> | undefined;

  announcements.hear('limits', (payload) => {
    const heard = parseNotice(payload);
    const shared = heard && limits.get(heard.limit);
    if (!shared || heard.by === ownName) return;
    for (const [key, count] of heard.taken) {
      shared.local.add(key, Math.min(count, MOST_QUOTAS * shared.local.quota), now());
    }
  });

  async function tellOthers(): Promise<void> {
    if (!announce) return;
    const notices = [...limits.values()].flatMap((shared) => toNotices(shared, ownName, now()));
    if (notices.length === 0) return;
    try {
      await announce(
        'limits',
        notices.map((told) => JSON.stringify(told)),
      );
    } catch {
      // Without the database each process counts for itself, and tells what still counts when it is back.
      for (const { limit, taken } of notices) keepForLater(limits.get(limit), taken);
    }
  }

  const exchange = () => {
    underWay ??= tellOthers().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const timer = announce ? setInterval(exchange, EXCHANGE_MS).unref() : undefined;

  return {
    limit(name, { quota, windowSeconds, personal = false }) {
      const known = limits.get(name);
      const shared = known ?? { name, local: createRateLimit(quota, windowSeconds), untold: new Map() };
      limits.set(name, shared);
      return announce ? countUntold(shared, personal) : shared.local;
    },
    exchange,
    async close() {
      clearInterval(timer);
      await underWay;
      await exchange();
    },
  };
}

function countUntold({ local, untold }: Shared, personal: boolean): RateLimit {
  const nameOf = personal ? nameless : (key: string) => key;
  return {
    ...local,
    used: (key, now) => local.used(nameOf(key), now),
    add: (key, count, now) => local.add(nameOf(key), count, now),
    take(key, now) {
      const name = nameOf(key);
      const answer = local.take(name, now);
      if (answer.allowed) untold.set(name, (untold.get(name) ?? 0) + 1);
      return answer;
    },
  };
}

const nameless = (key: string) => hash('sha256', key, 'base64url').slice(0, 22);

/** Takes out what is worth telling, and forgets what has been refilled meanwhile. */
function toNotices({ name, local, untold }: Shared, by: string, now: number): Notice[] {
  const taken: Notice['taken'] = [];
  for (const [key, count] of untold) {
    const used = local.used(key, now);
    if (used > 0 && used < QUIET_SHARE) continue;
    untold.delete(key);
    if (used > 0) taken.push([key, count]);
  }
  const notices: Notice[] = [];
  for (let at = 0; at < taken.length; at += ENTRIES_AT_ONCE) {
    notices.push({ by, limit: name, taken: taken.slice(at, at + ENTRIES_AT_ONCE) });
  }
  return notices;
}

function keepForLater(shared: Shared | undefined, taken: Notice['taken']): void {
  for (const [key, count] of taken) shared?.untold.set(key, (shared.untold.get(key) ?? 0) + count);
}

/** Null for what another version may mean by it. */
function parseNotice(payload: string): Notice | null {
  try {
    return notice.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}
