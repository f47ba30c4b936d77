import { sql } from 'kysely';
import type { Context, Db } from '../../context.ts';
import { isPostgres } from '../../db/json-rows.ts';
import { type Listener, listenOnPostgres } from '../../db/listen.ts';

const CHANNEL = 'firstcall_keys';
/** A hash has 43 characters, and Postgres takes fewer than 8,000 in one announcement. */
const HASHES_AT_ONCE = 100;

/** What happens to keys in other processes. */
export interface KeyChanges extends Pick<Listener, 'upToDate' | 'epoch' | 'close'> {
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
    await sql`select pg_notify(${CHANNEL}, ${payload})`.execute(db);
  }
}

/** Settles once what other processes announce is heard here, or cannot be for now. */
export async function followKeyChanges(ctx: Pick<Context, 'config' | 'log'>): Promise<KeyChanges> {
  const listeners: ((hash: string) => void)[] = [];
  const onChange = (listener: (hash: string) => void) => void listeners.push(listener);
  const { databaseUrl } = ctx.config;
  if (!databaseUrl) return { upToDate: () => true, epoch: () => 0, close: async () => {}, onChange };

  const listener = listenOnPostgres({
    url: databaseUrl,
    channel: CHANNEL,
    log: ctx.log,
    onNotice(payload) {
      for (const hash of payload.split(' ')) for (const tell of listeners) tell(hash);
    },
  });
  await listener.started;
  return { upToDate: listener.upToDate, epoch: listener.epoch, close: listener.close, onChange };
}
