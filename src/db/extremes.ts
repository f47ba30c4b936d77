import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../context.ts';
import { isPostgres } from './json-rows.ts';

type Sql = RawBuilder<unknown>;

/** The smaller of two values; of one that is null the other. */
export function least(db: Db, a: Sql, b: Sql): Sql {
  return isPostgres(db) ? sql`least(${a}, ${b})` : sql`coalesce(min(${a}, ${b}), ${a}, ${b})`;
}

/** The greater of two values; of one that is null the other. */
export function greatest(db: Db, a: Sql, b: Sql): Sql {
  return isPostgres(db) ? sql`greatest(${a}, ${b})` : sql`coalesce(max(${a}, ${b}), ${a}, ${b})`;
}
