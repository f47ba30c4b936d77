import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import type { Schema } from './schema.ts';
import { openSqlite } from './sqlite.ts';

export interface OpenDatabase {
  db: Kysely<Schema>;
  /** For the start-up line: which database, without its password. */
  description: string;
}

/** Opens the configured database and migrates it. Throws the driver's error when it cannot be reached or written. */
export async function openDatabase(config: Config, log: Logger): Promise<OpenDatabase> {
  const { db, description } = connect(config, log);
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, description };
}

/** The configured database as it is; nothing is sent to Postgres until the first query. */
export function connect(config: Config, log: Logger): OpenDatabase {
  if (config.databaseUrl) {
    const { host, pathname } = new URL(config.databaseUrl);
    const db = openPostgres(config.databaseUrl, (error) =>
      log.warn({ err: error }, 'postgres connection lost'),
    );
    return { db, description: `Postgres at ${host}${pathname}` };
  }
  const path = join(config.dataDir, 'firstcall.db');
  return { db: openSqlite(path), description: `SQLite in ${path}` };
}
