import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../../../config.ts';
import { appliedMigrations } from '../../../db/inventory.ts';
import { hearOnce } from '../../../db/listen.ts';
import { knownMigrations } from '../../../db/migrate.ts';
import type { Schema } from '../../../db/schema.ts';
import { SQLITE_FILE } from '../backup-manifest.ts';
import { error, type Finding, ok, warning } from '../finding.ts';

/** What one process opens at most: its pool, and the connection that listens. */
const CONNECTIONS = 11;

/** Null where there is no database yet, and none is to be made by looking. */
export function sqliteFile({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): string | null {
  const path = join(dataDir, SQLITE_FILE);
  return databaseUrl === undefined && existsSync(path) ? path : null;
}

/** Rejects with the driver's error when the database cannot be reached. */
export async function checkDatabase(config: Config, db: Kysely<Schema>): Promise<Finding[]> {
  return config.databaseUrl ? checkPostgres(config.databaseUrl, db) : checkSqlite(config, db);
}

async function checkSqlite(config: Config, db: Kysely<Schema>): Promise<Finding[]> {
  const path = join(config.dataDir, SQLITE_FILE);
  // Whether the file may be written shows when a transaction begins; it ends at once, so that nobody waits for it.
  await sql`begin`.execute(db);
  await sql`rollback`.execute(db);
  const size = `${(statSync(path).size / 1e6).toFixed(1)} MB`;
  return [judgeMigrations(`SQLite in ${path}, ${size}`, await appliedMigrations(db))];
}

async function checkPostgres(url: string, db: Kysely<Schema>): Promise<Finding[]> {
  const { rows } = await sql<PostgresFacts>`select
      current_setting('server_version') as version,
      current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit,
      current_setting('max_connections')::int
        - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as free,
      has_schema_privilege(current_schema(), 'create') as may_create`.execute(db);
  const [facts] = rows;
  if (!facts) return [];
  const { host, pathname } = new URL(url);
  const applied = await appliedMigrations(db);
  const hears = await hearOnce(url).then(
    () => null,
    (reason: Error) => reason.message,
  );
  return [
    judgeMigrations(`Postgres ${facts.version.split(' ')[0]} at ${host}${pathname}`, applied),
    ...judgePostgres(facts, applied.length === knownMigrations().length),
    ...(hears === null
      ? []
      : [warning(`announcements do not arrive: ${hears}`, 'Let DATABASE_URL lead to Postgres itself.')]),
  ];
}

export interface PostgresFacts {
  version: string;
  fsync: string;
  commit: string;
  /** Connections that are not taken. */
  free: number;
  may_create: boolean;
}

export function judgeMigrations(what: string, applied: readonly string[]): Finding {
  const known = knownMigrations();
  const newer = applied.find((name) => !known.includes(name));
  if (newer !== undefined) {
    return error(
      `${what}: a newer version of the portal has used it, which has the migration ${newer}`,
      'Run that version, or restore a backup from before.',
    );
  }
  const missing = known.length - applied.length;
  const state =
    missing === 0 ? `${known.length} of ${known.length} migrations` : `${missing} migrations to do`;
  return ok(`${what}, ${state}${missing === 0 ? '' : ', by the next start'}`);
}

export function judgePostgres(
  { fsync, commit, free, may_create }: PostgresFacts,
  migrated: boolean,
): Finding[] {
  const findings: Finding[] = [];
  if (fsync === 'off' || commit === 'off') {
    const name = fsync === 'off' ? 'fsync' : 'synchronous_commit';
    findings.push(
      error(
        `${name} is off: what the portal has acknowledged can be lost when the power goes`,
        `Set ${name} = on in Postgres.`,
      ),
    );
  }
  if (!may_create && !migrated) {
    findings.push(
      error(
        'this user may not create tables',
        'As the owner of the database: grant create on schema public to it.',
      ),
    );
  }
  if (free < CONNECTIONS) {
    findings.push(
      warning(
        `${free} connections are free, and a process opens up to ${CONNECTIONS}`,
        'Raise max_connections in Postgres.',
      ),
    );
  }
  return findings;
}
