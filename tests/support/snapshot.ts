import { sql } from 'kysely';
import type { Context } from '../../src/context.ts';
import { refreshJourneys } from '../../src/features/journeys/refresh-journeys.ts';

/**
 * Every row of every table as text, by table: what was changed, and what was not. What a portal makes of other rows by
 * itself, a few seconds later, is made first.
 */
export async function everyRow(ctx: Context): Promise<Record<string, string[]>> {
  const { db } = ctx;
  await refreshJourneys(ctx);
  const tables = (await db.introspection.getTables())
    .map(({ name }) => name)
    // Partitions of a table, which are read with it.
    .filter((name) => !/_\d{8}$/.test(name))
    .sort();
  const rows: Record<string, string[]> = {};
  for (const table of tables) {
    const found = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(db);
    rows[table] = found.rows.map((row) => JSON.stringify(row)).sort();
  }
  return rows;
}
