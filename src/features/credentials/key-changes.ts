import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { type Announcements, CHANNELS } from '../../db/announcements.ts';
import { isPostgres } from '../../db/json-rows.ts';

/** A hash has 43 characters, and Postgres takes fewer than 8,000 in one announcement. */
const HASHES_AT_ONCE = 100;

/** What happens to keys in other processes. */
export interface KeyChanges extends Pick<Announcements, 'upToDate' | 'epoch'> {
  onChange(listener: (hash: string) => void): void;
}

/**
 * Tells every process to ask again about these keys. Within a transaction the announcement is made by its commit:
 * there is no moment in which a key was revoked and nobody will be told. On SQLite there is only this process.
 */
export async function announceChange(db: Db, hashes: readonly string[]): Promise<void> {
  if (!isPostgres(db)) return;
  for (let at = 0; at < hashes.length; at += HASHES_AT_ONCE) {
    const payload = hashes.slice(at, at + HASHES_AT_ONCE).join(' ');
    await sql`select pg_notify(${CHANNELS.keys}, ${payload})`.execute(db);
  }
}

export function followKeyChanges({ hear, upToDate, epoch }: Announcements): KeyChanges {
  return {
    upToDate,
    epoch,
    onChange: (listener) =>
      hear('keys', (payload) => {
        for (const hash of payload.split(' ')) listener(hash);
      }),
  };
}
