import { type Kysely, sql } from 'kysely';
import { isPostgres } from './json-rows.ts';
import type { Schema } from './schema.ts';

/** Where Kysely keeps which migrations were applied. */
export const MIGRATION_TABLES = ['kysely_migration', 'kysely_migration_lock'] as const;

/** What the triggers of the migrations call on Postgres; they stay when the tables go. */
export const TRIGGER_FUNCTIONS = [
  'note_journey',
  'note_journey_lost',
  'note_journey_developer',
  'note_journey_deleted',
] as const;

/** The migrations that were applied, oldest first; none where there is no table of them. */
export async function appliedMigrations(db: Kysely<Schema>): Promise<string[]> {
  const present = await tablesPresent(db, ['kysely_migration']);
  if (present.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Which of these tables are there. */
export async function tablesPresent(db: Kysely<Schema>, names: readonly string[]): Promise<string[]> {
  const list = sql.join(names.map((name) => sql`${name}`));
  const { rows } = isPostgres(db)
    ? await sql<{ name: string }>`select table_name as name from information_schema.tables
        where table_schema = current_schema() and table_name in (${list})`.execute(db)
    : await sql<{ name: string }>`select name from sqlite_master
        where type = 'table' and name in (${list})`.execute(db);
  return rows.map(({ name }) => name);
}

/** How many rows each of these tables has. Reads all of them. */
export async function countRows(
  db: Kysely<Schema>,
  tables: readonly string[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db);
    counts[table] = Number(rows[0]?.n);
  }
  return counts;
}
