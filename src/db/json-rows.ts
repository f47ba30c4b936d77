import { PostgresAdapter, type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { Db } from '../context.ts';

export type ColumnType = 'text' | 'bigint' | 'integer' | 'double precision';

/**
 * `insert … select` over many rows with a single parameter, so that the statement's text never changes and stays
 * prepared. Each row is an array in the order of `columns`; the result is `(select list) from (rows)`.
 */
export function jsonRows(
  db: Db,
  columns: readonly ColumnType[],
  rows: readonly unknown[][],
): RawBuilder<unknown> {
  // As `jsonb` Postgres reads a row once, and not again for every column of it.
  const json = JSON.stringify(rows);
  const list = sql.join(columns.map((type, at) => sql`cast(value ->> ${sql.lit(at)} as ${sql.raw(type)})`));
  return isPostgres(db)
    ? sql`${list} from jsonb_array_elements(cast(${json} as jsonb)) as source(value)`
    : sql`${list} from json_each(${json}) as source`;
}

/** The databases differ in little; this tells which one it is. */
export function isPostgres(db: QueryExecutorProvider): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
