import { type Kysely, sql } from 'kysely';
import { isPostgres } from './json-rows.ts';
import type { Schema } from './schema.ts';

/**
 * For a database that is filled with what can be made again: SQLite then waits for no fsync, and a power cut may leave a
 * file that has to be thrown away. Lasts until the database is closed. Postgres goes on as ever, because the setting
 * would belong to one connection of several.
 */
export async function fillWithoutWaiting(db: Kysely<Schema>): Promise<void> {
  if (!isPostgres(db)) await sql`pragma synchronous = off`.execute(db);
}
