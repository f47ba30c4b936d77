import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import { DAY_MS } from '../day.ts';
import { isPostgres } from './json-rows.ts';
import type { Schema } from './schema.ts';

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

const LOCK_TIMEOUT_MS = 250;
/** 55P03, lock_not_available. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Removes the partitions of days before this one, oldest first. Removing one needs the whole table to itself for a
 * moment, and everybody queues behind whoever waits for that: so it is given up soon, as during a dump, and the rest
 * waits for the next time. Returns the days that were removed; none on SQLite.
 */
export async function dropDaysBefore(db: Kysely<Schema>, before: number): Promise<number[]> {
  if (!isPostgres(db)) return [];
  const dropped: number[] = [];
  for (const day of (await listDays(db)).filter((there) => there < before)) {
    if (!(await dropDay(db, day))) break;
    dropped.push(day);
  }
  return dropped;
}

/** The days that have a partition, in order; none on SQLite. */
export async function listDays(db: Kysely<Schema>): Promise<number[]> {
  if (!isPostgres(db)) return [];
  const { rows } = await sql<{ name: string }>`
    select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = to_regclass(${PARTITIONED_BY_DAY})`.execute(db);
  return rows.flatMap(({ name }) => dayOfName(name) ?? []).sort((a, b) => a - b);
}

/** Null for a partition that somebody else has made. */
function dayOfName(name: string): number | null {
  const [, year, month, day] = /^usage_event_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY_MS;
}

async function dropDay(db: Kysely<Schema>, day: number): Promise<boolean> {
  try {
    await db.transaction().execute(async (tx) => {
      await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(tx);
      // Another process may have been first.
      await sql`drop table if exists ${sql.table(partitionName(day))}`.execute(tx);
    });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

/** The same as `ensureDays` within a transaction. */
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
