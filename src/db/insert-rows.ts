import type { SQLInputValue } from 'node:sqlite';
import { CompiledQuery, sql } from 'kysely';
import type { Db } from '../context.ts';
import { type ColumnType, isPostgres, jsonRows } from './json-rows.ts';
import type { Schema } from './schema.ts';
import { RowBatch } from './sqlite.ts';

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
