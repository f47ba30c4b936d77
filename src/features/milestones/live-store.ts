import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { LiveSpellTable } from '../../db/usage-schema.ts';

export type LiveSpellRow = Selectable<LiveSpellTable>;

/** Oldest first. */
export async function listSpells(db: Db, developerId: string): Promise<LiveSpellRow[]> {
  return db
    .selectFrom('live_spell')
    .selectAll()
    .where('developer_id', '=', developerId)
    .orderBy('reached_at')
    .execute();
}

/** Puts these spells in the place of those that began at `from` or later. */
export async function replaceSpells(
  tx: Db,
  developerId: string,
  from: number,
  rows: LiveSpellRow[],
): Promise<void> {
  await tx
    .deleteFrom('live_spell')
    .where('developer_id', '=', developerId)
    .where('reached_at', '>=', from)
    .execute();
  if (rows.length > 0) await tx.insertInto('live_spell').values(rows).execute();
}
