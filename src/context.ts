import type { Kysely, Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Schema } from './db/schema.ts';

/** A connection, or the transaction that is already open: stores take either. */
export type Db = Kysely<Schema> | Transaction<Schema>;

/** What every use case is handed. Nothing below reads a clock, the environment or a global. */
export interface Context {
  config: Config;
  db: Kysely<Schema>;
  log: Logger;
  /** Milliseconds since 1970; a test may stand 48 hours later. */
  now(): number;
}
