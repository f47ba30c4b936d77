import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../../config.ts';
import { appliedMigrations, countRows, tablesPresent } from '../../db/inventory.ts';
import { openPostgres } from '../../db/postgres.ts';
import { connectionOf, findTool, type PostgresTool, runTool } from '../../db/postgres-tools.ts';
import type { Schema } from '../../db/schema.ts';
import { openSqlite } from '../../db/sqlite.ts';
import { copySqlite, sqliteFlaw } from '../../db/sqlite-copy.ts';
import { TABLES } from '../privacy/belongings.ts';
import {
  KEY_FILE,
  MANIFEST,
  type Manifest,
  POSTGRES_FILE,
  SPOOL_FOLDER,
  SQLITE_FILE,
  weigh,
} from './backup-manifest.ts';
import { OperatorError } from './operator-error.ts';

export interface BackupWish {
  folder: string;
  /** Whether a backup that is there may be replaced. */
  force: boolean;
  now: number;
}

type Inventory = Pick<Manifest, 'database' | 'migrations' | 'rows'>;

const DRAFT = '.unfinished';

/**
 * Writes everything that this portal is made of into a folder, while it may be running, and reads all of it again.
 * Throws OperatorError when there is nothing to save or no room for it; then a backup that was there still is.
 */
export async function makeBackup(config: Config, { folder, force, now }: BackupWish): Promise<Manifest> {
  requireRoom(folder, force);
  const draft = join(folder, DRAFT);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    // The spool first: what is stored and removed from it meanwhile is then in the database. Twice does not count.
    copySpool(config.dataDir, draft);
    const inventory = config.databaseUrl
      ? await dumpPostgres(config.databaseUrl, join(draft, POSTGRES_FILE))
      : await dumpSqlite(join(config.dataDir, SQLITE_FILE), join(draft, SQLITE_FILE));
    if (config.secretKey === undefined) copyKey(config.dataDir, draft);
    const manifest: Manifest = {
      firstcall_backup: 1,
      made_at: new Date(now).toISOString(),
      ...inventory,
      files: await weighAll(draft),
    };
    putInPlace(draft, folder, manifest);
    return manifest;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function requireRoom(folder: string, force: boolean): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new OperatorError(`${folder} is a file. Name a folder.`);
  const found = readdirSync(folder).filter((name) => name !== DRAFT);
  if (found.length === 0) return;
  if (!found.includes(MANIFEST)) {
    throw new OperatorError(
      `${folder} has other things in it, such as ${found[0]}, and is no backup. Name an empty folder or one that does not exist.`,
    );
  }
  if (!force)
    throw new OperatorError(
      `There is a backup in ${folder} already. Name another folder, or replace it with --force.`,
    );
}

async function dumpSqlite(from: string, to: string): Promise<Inventory> {
  if (!existsSync(from)) {
    throw new OperatorError(
      `There is no database at ${from}. Set DATA_DIR, or DATABASE_URL, as for "npm start".`,
    );
  }
  await copySqlite(from, to);
  const flaw = sqliteFlaw(to);
  if (flaw !== null) throw new OperatorError(`The copy of the database is not sound: ${flaw}`);
  const db = openSqlite(to);
  try {
    return { database: 'sqlite', ...(await takeInventory(db)) };
  } finally {
    await db.destroy();
  }
}

/** Rows are counted in the snapshot that is dumped, so that a restored database can be held against them. */
async function dumpPostgres(url: string, to: string): Promise<Inventory> {
  const db = openPostgres(url, () => {});
  try {
    const major = await serverMajor(db);
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx);
        const inventory = await takeInventory(tx);
        const { address, env } = connectionOf(url);
        const run = (tool: PostgresTool, ...args: string[]) =>
          runTool({ path: findTool(tool, major), args, env });
        await run(
          'pg_dump',
          '--format=custom',
          '--no-owner',
          '--no-privileges',
          `--snapshot=${rows[0]?.id}`,
          `--file=${to}`,
          `--dbname=${address}`,
        );
        await run('pg_restore', `--file=${devNull}`, to);
        return { database: 'postgres', ...inventory };
      });
  } finally {
    await db.destroy();
  }
}

export async function serverMajor(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version_num') as version`.execute(db);
  return Math.floor(Number(rows[0]?.version) / 10_000);
}

async function takeInventory(db: Kysely<Schema>): Promise<Pick<Manifest, 'migrations' | 'rows'>> {
  const migrations = await appliedMigrations(db);
  if (migrations.length === 0) throw new OperatorError('The database is empty: no portal has used it yet.');
  return { migrations, rows: await countRows(db, await tablesPresent(db, TABLES)) };
}

function copySpool(dataDir: string, draft: string): void {
  const spool = join(dataDir, SPOOL_FOLDER);
  if (!existsSync(spool)) return;
  for (const entry of readdirSync(spool, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.spool(\.damaged)?$/.test(entry.name)) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(draft, SPOOL_FOLDER, relative(spool, from));
    mkdirSync(dirname(to), { recursive: true });
    try {
      copyFileSync(from, to);
    } catch (error) {
      // What has just been stored has just been removed.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function copyKey(dataDir: string, draft: string): void {
  const key = join(dataDir, KEY_FILE);
  if (existsSync(key)) copyFileSync(key, join(draft, KEY_FILE));
}

async function weighAll(draft: string): Promise<Manifest['files']> {
  const files: Manifest['files'] = {};
  for (const entry of readdirSync(draft, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(draft, path)] = await weigh(path);
  }
  return files;
}

/** The manifest goes first and comes last, so that there is never one beside files that are not its own. */
function putInPlace(draft: string, folder: string, manifest: Manifest): void {
  for (const name of [MANIFEST, SQLITE_FILE, POSTGRES_FILE, KEY_FILE, SPOOL_FOLDER]) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  for (const name of readdirSync(draft)) renameSync(join(draft, name), join(folder, name));
  const written = join(folder, `${MANIFEST}.new`);
  writeFileSync(written, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  renameSync(written, join(folder, MANIFEST));
}
