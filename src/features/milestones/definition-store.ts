import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { DefinitionTable } from '../../db/usage-schema.ts';

export type DefinitionRow = Selectable<DefinitionTable>;

export async function findLatestDefinition(db: Db): Promise<DefinitionRow | undefined> {
  return db.selectFrom('definition').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirst();
}

/** Of several processes that start at once with the same new file one makes the version, and the others use it. */
export async function insertDefinition(db: Db, row: DefinitionRow): Promise<DefinitionRow> {
  const made = await db
    .insertInto('definition')
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();
  const there = made ?? (await findLatestDefinition(db));
  if (there?.body === row.body) return there;
  return insertDefinition(db, { ...row, version: (there?.version ?? row.version) + 1 });
}
