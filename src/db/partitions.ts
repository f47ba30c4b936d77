import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import { isPostgres } from './json-rows.ts';
import type { Schema } from './schema.ts';

export const DAY_MS = 86_400_000;

/** Any number that no other lock of this database has. */
const LOCK = 7_041_127;

/** What Postgres keeps in one partition per UTC day. */
const PARTITIONED_BY_DAY = 'usage_event';

/** `usage_event_20261122`. */
function partitionName(day: number): string {
  return `${PARTITIONED_BY_DAY}_${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/**
 * Makes the partitions of these days (whole days since 1970), where they are missing. Nobody who reads or writes
 * waits for it: a table is made by itself and then attached. Nothing on SQLite, which has one table.
 */
export async function ensureDays(db: Kysely<Schema>, days: Iterable<number>): Promise<void> {
  if (isPostgres(db)) await db.transaction().execute((tx) => createDays(tx, days));
}

/** The same within a transaction. */
export async function createDays(tx: QueryExecutorProvider, days: Iterable<number>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx);
  for (const day of days) {
    const name = partitionName(day);
    const { rows } = await sql<{ there: string | null }>`select to_regclass(${name}) as there`.execute(tx);
    if (rows[0]?.there) continue;
    const [parent, child] = [sql.table(PARTITIONED_BY_DAY), sql.table(name)];
    await sql`create table ${child} (like ${parent} including all)`.execute(tx);
    await sql`alter table ${parent} attach partition ${child}
      for values from (${sql.lit(day * DAY_MS)}) to (${sql.lit((day + 1) * DAY_MS)})`.execute(tx);
  }
}
