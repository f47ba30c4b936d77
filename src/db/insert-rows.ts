import type { SQLInputValue } from 'node:sqlite';
import { CompiledQuery, sql } from 'kysely';
import type { Db } from '../context.ts';
import { type ColumnType, isPostgres, jsonRows } from './json-rows.ts';
import { RowBatch } from './row-batch.ts';
import type { Schema } from './schema.ts';

export interface InsertTarget {
  table: keyof Schema;
  columns: Readonly<Record<string, ColumnType>>;
  /** How many columns, from the first on, are the table's key. */
  key: number;
}

/**
 * Inserts many rows, each an array in the order of `columns`; a row whose key is there already is left out. Tells for
 * each whether it was inserted. The statement's text depends on the table alone, so it stays prepared.
 */
export async function insertNewRows(
  db: Db,
  target: InsertTarget,
  rows: SQLInputValue[][],
): Promise<boolean[]> {
  if (rows.length === 0) return [];
  return isPostgres(db) ? insertIntoPostgres(db, target, rows) : insertIntoSqlite(db, target, rows);
}

async function insertIntoSqlite(
  db: Db,
  { table, columns }: InsertTarget,
  rows: SQLInputValue[][],
): Promise<boolean[]> {
  const names = Object.keys(columns);
  const places = names.map(() => '?').join(', ');
  const text = `insert into ${table} (${names.join(', ')}) values (${places}) on conflict do nothing`;
  const batch = new RowBatch(rows);
  await db.executeQuery(CompiledQuery.raw(text, [batch]));
  return batch.changed;
}

/**
 * Of equal keys within `rows` the first one is taken. Nearly always all of them are new: the keys of those that are
 * come back, as one value, only where some are not.
 */
async function insertIntoPostgres(
  db: Db,
  { table, columns, key }: InsertTarget,
  rows: SQLInputValue[][],
): Promise<boolean[]> {
  const names = Object.keys(columns).map((name) => sql.ref(name));
  const keys = sql.join(names.slice(0, key));
  const { rows: found } = await sql<{ keys: unknown[][] | null }>`
    with inserted as (
      insert into ${sql.table(table)} (${sql.join(names)})
      select ${jsonRows(db, Object.values(columns), rows)} on conflict do nothing
      returning ${keys})
    select case when count(*) < ${rows.length}
      then coalesce(json_agg(json_build_array(${keys})), '[]') end as keys from inserted`.execute(db);
  const inserted = found[0]?.keys;
  if (!inserted) return rows.map(() => true);
  const fresh = new Set(inserted.map((values) => values.join(' ')));
  return rows.map((row) => fresh.delete(row.slice(0, key).join(' ')));
}

const UNIQUE_VIOLATION = '23505';

/** Below this a savepoint costs more than it saves. */
const WORTH_COPYING = 100;

/**
 * Inserts the rows of several tables where none of them is there yet. False where one is, and then nothing has
 * happened: they are to be inserted with `insertNewRows`. On Postgres, many rows cost less than half of that; SQLite
 * knows of each row without being asked twice, and there nothing is ever done.
 */
export async function copyNewRows(
  tx: Db,
  count: number,
  tables: readonly (readonly [InsertTarget, rows: () => SQLInputValue[][]])[],
): Promise<boolean> {
  if (!isPostgres(tx) || count < WORTH_COPYING) return false;
  await sql`savepoint copied`.execute(tx);
  try {
    for (const [{ table, columns }, rows] of tables) {
      const text = `copy ${table} (${Object.keys(columns).join(', ')}) from stdin`;
      await tx.executeQuery(CompiledQuery.raw(text, [new RowBatch(rows())]));
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    await sql`rollback to savepoint copied`.execute(tx);
    return false;
  }
  await sql`release savepoint copied`.execute(tx);
  return true;
}
