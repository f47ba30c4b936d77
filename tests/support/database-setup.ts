import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { openSqlite } from '../../src/db/sqlite.ts';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the maintenance database of a server that only these tests use; null where there are no binaries. */
    postgresUrl: string | null;
    /** A migrated file without a row: a test's own database is a copy, because creating tables takes longer. */
    sqliteTemplate: string;
    /** The same on the tests' Postgres: what follows `create database …`; null where there is none. */
    postgresTemplate: string | null;
  }
}

const POSTGRES_TEMPLATE = 'migrated';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-template-'));
  project.provide('sqliteTemplate', await migrateSqlite(join(folder, 'firstcall.db')));
  const server = await startPostgres();
  project.provide('postgresUrl', server?.url ?? null);
  project.provide('postgresTemplate', server && (await migratePostgres(server.url)));
  if (!server)
    console.warn('No Postgres binaries (initdb, postgres) were found: the tests run on SQLite alone.');
  return async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function migrateSqlite(file: string): Promise<string> {
  const db = openSqlite(file);
  await migrate(db);
  await db.destroy();
  return file;
}

async function migratePostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${POSTGRES_TEMPLATE}`);
  const { rows } = await client.query('show server_version_num');
  await client.end();
  const db = openPostgres(url.replace(/postgres$/, POSTGRES_TEMPLATE), () => {});
  await migrate(db);
  await db.destroy();
  // From version 15 on a copy is written to the log page by page unless told otherwise, which takes five times as long.
  const isLogged = Number(rows[0].server_version_num) >= 150_000;
  return `template ${POSTGRES_TEMPLATE}${isLogged ? ' strategy file_copy' : ''}`;
}
