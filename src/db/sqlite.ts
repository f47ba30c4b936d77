import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { LRUCache } from 'lru-cache';
import { RowBatch } from './row-batch.ts';
import type { Schema } from './schema.ts';

const CACHE_KIB = 65_536;
/** About 80 MB. */
const JOURNAL_PAGES = 20_000;

/**
 * Opens (and creates) the database file. WAL with `synchronous=FULL`: a commit returns after its fsync, so what is
 * announced afterwards is on disk.
 */
export function openSqlite(path: string): Kysely<Schema> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const file = new DatabaseSync(path, { timeout: 5_000 });
  file.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
  // The database's own defaults are for a telephone: a page that is used again within a batch should still be there,
  // and copying pages out of the journal every megabyte or two costs a third of what is stored under load.
  file.exec(`pragma cache_size = -${CACHE_KIB}; pragma wal_autocheckpoint = ${JOURNAL_PAGES};`);
  return new Kysely<Schema>({ dialect: new Dialect({ database: forKysely(file) }) });
}

/** So that migrations run in one transaction, which is also the lock between processes that start at once. */
class Dialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return Object.defineProperty(new SqliteAdapter(), 'supportsTransactionalDdl', { value: true });
  }
}

/** node:sqlite in the shape Kysely knows from better-sqlite3, with prepared statements kept. */
function forKysely(file: DatabaseSync): SqliteDatabase {
  const statements = new LRUCache<string, SqliteStatement>({ max: 200 });
  return {
    close: () => file.close(),
    prepare(sql) {
      // A deferred transaction that later writes can fail with SQLITE_BUSY at once; an immediate one waits its turn.
      const text = sql === 'begin' ? 'begin immediate' : sql;
      const known = statements.get(text);
      if (known) return known;
      const statement = adapt(file.prepare(text));
      statements.set(text, statement);
      return statement;
    },
  };
}

function runOnce(statement: StatementSync, parameters: readonly unknown[]) {
  const [batch] = parameters;
  if (!(batch instanceof RowBatch)) return statement.run(...(parameters as SQLInputValue[]));
  for (const row of batch.rows) batch.changed.push(statement.run(...row).changes !== 0);
  return { changes: batch.rows.length, lastInsertRowid: 0 };
}

function adapt(statement: StatementSync): SqliteStatement {
  const reader = statement.columns().length > 0;
  return {
    reader,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => runOnce(statement, parameters),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
