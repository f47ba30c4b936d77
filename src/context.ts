import type { Kysely, Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Schema } from './db/schema.ts';
import type { Seal } from './features/credentials/seal.ts';

/** A connection, or the transaction that is already open: stores take either. */
export type Db = Kysely<Schema> | Transaction<Schema>;

/** What every use case is handed. Nothing below reads a clock, the environment or a global. */
export interface Context {
  config: Config;
  db: Kysely<Schema>;
  log: Logger;
  /** Keeps secrets that have to be read again. */
  seal: Seal;
  /** Milliseconds since 1970; a test may stand 48 hours later. */
  now(): number;
}
