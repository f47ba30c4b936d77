import type { SQLInputValue } from 'node:sqlite';
import { CompiledQuery, sql } from 'kysely';
import type { Db } from '../context.ts';
import { type ColumnType, isPostgres, jsonRows } from './json-rows.ts';
import type { Schema } from './schema.ts';
import { RowBatch } from './sqlite.ts';

/**
 * Inserts many rows, each an array in the order of `columns`; a row whose key is there already is left out. The
 * statement's text depends on the table alone, so it stays prepared.
 */
export async function insertRows(
  db: Db,
  table: keyof Schema,
  columns: Readonly<Record<string, ColumnType>>,
  rows: SQLInputValue[][],
): Promise<void> {
  const names = Object.keys(columns);
  if (isPostgres(db)) {
    await sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
      select ${jsonRows(db, Object.values(columns), rows)} on conflict do nothing`.execute(db);
    return;
  }
  const places = names.map(() => '?').join(', ');
  const text = `insert into ${table} (${names.join(', ')}) values (${places}) on conflict do nothing`;
  await db.executeQuery(CompiledQuery.raw(text, [new RowBatch(rows)]));
}
