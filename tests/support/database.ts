import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, inject } from 'vitest';

export type DatabaseName = 'SQLite' | 'Postgres';

/** Runs the suite once per database that this machine has. */
export function onEachDatabase(title: string, suite: (database: DatabaseName) => void): void {
  for (const database of ['SQLite', 'Postgres'] as const) {
    describe.skipIf(database === 'Postgres' && inject('postgresUrl') === null)(`${title} (${database})`, () =>
      suite(database),
    );
  }
}

export interface TestDatabase {
  /** The variables that make a portal use it. */
  env: { DATA_DIR: string; DATABASE_URL?: string };
  drop(): Promise<void>;
}

/** A database without a table. */
export async function emptyDatabase(database: DatabaseName): Promise<TestDatabase> {
  return createDatabase(database, false);
}

/** A database without a row: a folder for SQLite, a new database on the tests' server for Postgres. */
export async function newDatabase(database: DatabaseName): Promise<TestDatabase> {
  return createDatabase(database, true);
}

async function createDatabase(database: DatabaseName, migrated: boolean): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-'));
  const dropFolder = () => rmSync(folder, { recursive: true, force: true });
  if (database === 'SQLite') {
    if (migrated) copyFileSync(inject('sqliteTemplate'), join(folder, 'firstcall.db'));
    return { env: { DATA_DIR: folder }, drop: async () => dropFolder() };
  }
  const server = inject('postgresUrl') ?? '';
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runOn(server, `create database ${name} ${migrated ? inject('postgresTemplate') : ''}`);
  return {
    env: { DATA_DIR: folder, DATABASE_URL: server.replace(/postgres$/, name) },
    async drop() {
      await runOn(server, `drop database ${name} with (force)`);
      dropFolder();
    },
  };
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
