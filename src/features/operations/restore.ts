import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../../config.ts';
import { countRows, MIGRATION_TABLES, TRIGGER_FUNCTIONS, tablesPresent } from '../../db/inventory.ts';
import { knownMigrations } from '../../db/migrate.ts';
import { openPostgres } from '../../db/postgres.ts';
import { connectionOf, findTool, pipeTools } from '../../db/postgres-tools.ts';
import type { Schema } from '../../db/schema.ts';
import { openSqlite } from '../../db/sqlite.ts';
import { isSqliteInUse, sqliteFlaw } from '../../db/sqlite-copy.ts';
import { TABLES } from '../privacy/belongings.ts';
import { serverMajor } from './backup.ts';
import {
  checkFiles,
  KEY_FILE,
  type Manifest,
  POSTGRES_FILE,
  readManifest,
  SPOOL_FOLDER,
  SQLITE_FILE,
} from './backup-manifest.ts';
import { OperatorError } from './operator-error.ts';

export interface RestoreWish {
  folder: string;
  /** Whether what is there may be replaced. */
  force: boolean;
}

/**
 * Puts a backup in the place of the configured database, secret key and spool, and counts what has arrived. Throws
 * OperatorError before anything is changed when the backup is damaged, made for something else, or would replace
 * something without `force`.
 */
export async function restoreBackup(config: Config, { folder, force }: RestoreWish): Promise<Manifest> {
  const manifest = readManifest(folder);
  requireFit(config, manifest);
  await checkFiles(folder, manifest);
  if (!force) requireNoOtherKey(config, folder);
  if (config.databaseUrl) await restorePostgres(config.databaseUrl, folder, manifest, force);
  else await restoreSqlite(config.dataDir, folder, manifest, force);
  restoreKey(config, folder);
  restoreSpool(config.dataDir, folder);
  return manifest;
}

function requireFit(config: Config, { database, migrations }: Manifest): void {
  const configured = config.databaseUrl ? 'postgres' : 'sqlite';
  if (database !== configured) {
    throw new OperatorError(
      database === 'postgres'
        ? 'This is a backup of Postgres: set DATABASE_URL to the database it shall go into.'
        : 'This is a backup of SQLite, and DATABASE_URL is set: unset it, and set DATA_DIR to the folder it shall go into.',
    );
  }
  const unknown = migrations.filter((name) => !knownMigrations().includes(name));
  if (unknown.length > 0) {
    throw new OperatorError(
      `The backup was made by a newer version of the portal, which has the migration ${unknown[0]}. Restore it with that version.`,
    );
  }
}

/** Without its own key what is sealed in a database stays so for good; another one is not overwritten in passing. */
function requireNoOtherKey(config: Config, folder: string): void {
  const [here, there] = [join(config.dataDir, KEY_FILE), join(folder, KEY_FILE)];
  if (config.secretKey !== undefined || !existsSync(here) || !existsSync(there)) return;
  if (readFileSync(here).equals(readFileSync(there))) return;
  throw new OperatorError(`${here} is another key than the one in the backup. Replace it with --force.`);
}

async function restoreSqlite(
  dataDir: string,
  folder: string,
  manifest: Manifest,
  force: boolean,
): Promise<void> {
  const target = join(dataDir, SQLITE_FILE);
  if (existsSync(target) && !force) {
    throw new OperatorError(`There is a database at ${target} already. Replace it with --force.`);
  }
  if (isSqliteInUse(target)) {
    throw new OperatorError(`A portal is using ${target}. Stop it first.`);
  }
  mkdirSync(dataDir, { recursive: true });
  const draft = `${target}.restored`;
  try {
    copyFileSync(join(folder, SQLITE_FILE), draft);
    await requireSound(draft, manifest);
    // The old file's log would be taken for one of the new file.
    for (const end of ['-wal', '-shm']) rmSync(target + end, { force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
}

async function requireSound(path: string, manifest: Manifest): Promise<void> {
  const flaw = sqliteFlaw(path);
  if (flaw !== null) throw new OperatorError(`The database in the backup is not sound: ${flaw}`);
  const db = openSqlite(path);
  try {
    await requireRows(db, manifest);
  } finally {
    await db.destroy();
  }
}

async function restorePostgres(
  url: string,
  folder: string,
  manifest: Manifest,
  force: boolean,
): Promise<void> {
  const db = openPostgres(url, () => {});
  try {
    const old = await tablesPresent(db, [...TABLES, ...MIGRATION_TABLES]);
    if (old.length > 0 && !force) {
      throw new OperatorError('The database has tables of a portal already. Replace them with --force.');
    }
    await requireNobody(db);
    const major = await serverMajor(db);
    const { address, env } = connectionOf(url);
    const drop = [
      ...old.map((name) => `drop table "${name}" cascade;\n`),
      ...TRIGGER_FUNCTIONS.map((name) => `drop function if exists "${name}"() cascade;\n`),
    ].join('');
    const restore = {
      path: findTool('pg_restore', major),
      args: ['--no-owner', '--no-privileges', '--file=-', join(folder, POSTGRES_FILE)],
      env,
    };
    const into = {
      path: findTool('psql', major),
      args: [
        '--no-psqlrc',
        '--quiet',
        '--set=ON_ERROR_STOP=1',
        '--single-transaction',
        '--file=-',
        `--dbname=${address}`,
      ],
      env,
    };
    await pipeTools(restore, drop, into);
    await requireRows(db, manifest);
    await sql`analyze`.execute(db);
  } finally {
    await db.destroy();
  }
}

async function requireNobody(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
    where datname = current_database() and application_name like 'firstcall %'`.execute(db);
  const portals = Number(rows[0]?.n);
  if (portals > 0) {
    throw new OperatorError(
      `${portals === 1 ? 'A portal is' : `${portals} portals are`} connected to the database. Stop all of them first.`,
    );
  }
}

async function requireRows(db: Kysely<Schema>, { rows }: Manifest): Promise<void> {
  const found = await countRows(db, Object.keys(rows));
  for (const [table, expected] of Object.entries(rows)) {
    if (found[table] === expected) continue;
    throw new OperatorError(
      `Of ${expected} rows of ${table} in the backup ${found[table]} have arrived. Do not use this database.`,
    );
  }
}

function restoreKey(config: Config, folder: string): void {
  const saved = join(folder, KEY_FILE);
  if (config.secretKey !== undefined || !existsSync(saved)) return;
  mkdirSync(config.dataDir, { recursive: true });
  const target = join(config.dataDir, KEY_FILE);
  copyFileSync(saved, target);
  chmodSync(target, 0o600);
}

function restoreSpool(dataDir: string, folder: string): void {
  const target = join(dataDir, SPOOL_FOLDER);
  rmSync(target, { recursive: true, force: true });
  const saved = join(folder, SPOOL_FOLDER);
  if (existsSync(saved)) cpSync(saved, target, { recursive: true });
}
