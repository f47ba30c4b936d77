import { randomUUID } from 'node:crypto';
import type { Announcements } from '../../db/announcements.ts';

export interface Touches {
  /** Something about this developer was changed here that is no call. Never rejects. */
  touch(developerId: string): void;
  close(): Promise<void>;
}

const GATHER_MS = 20;
/** An id has 40 characters, and Postgres takes fewer than 8,000 in one announcement. */
const IDS_AT_ONCE = 100;

/**
 * Tells other processes whose page should look again, and hears it of them. Not for calls: there are too many. What is
 * said while the database is away is lost, and nothing can have been changed then.
 */
export function tellTouches(
  { hear, announce }: Pick<Announcements, 'hear' | 'announce'>,
  onTouch: (developerId: string) => void,
): Touches {
  const ownName = randomUUID();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  hear('touches', (payload) => {
    const [by, ...ids] = payload.split(' ');
    if (by !== ownName) for (const id of ids) onTouch(id);
  });

  async function tell(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const ids = [...waiting];
    waiting.clear();
    const payloads: string[] = [];
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      payloads.push([ownName, ...ids.slice(at, at + IDS_AT_ONCE)].join(' '));
    }
    if (payloads.length > 0) await announce?.('touches', payloads).catch(() => {});
  }

  return {
    touch(developerId) {
      if (!announce) return;
      waiting.add(developerId);
      timer ??= setTimeout(() => void tell(), GATHER_MS).unref();
    },
    close: tell,
  };
}
