import type { Db } from '../../context.ts';

const DEVELOPERS_AT_ONCE = 200;
const IDS_AT_ONCE = 5_000;

/**
 * Removes calls older than this, of the developers that follow `after` in the order of their ids. Returns the last of
 * them, or null when there are no more: a slice is short, so that recording does not wait.
 */
export async function deleteCallsBefore(db: Db, before: number, after: string): Promise<string | null> {
  const slice = await db
    .selectFrom('developer')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(DEVELOPERS_AT_ONCE)
    .execute();
  const ids = slice.map(({ id }) => id);
  if (ids.length === 0) return null;
  await db
    .deleteFrom('usage_event')
    .where('developer_id', 'in', ids)
    .where('received_at', '<', before)
    .execute();
  return ids.at(-1) ?? null;
}

/**
 * Removes ids of calls received before this, among those that follow `after` in their own order. Returns where to go
 * on, or null at the end.
 */
export async function deleteIdsBefore(db: Db, before: number, after: string): Promise<string | null> {
  const last = await db
    .selectFrom('usage_id')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .offset(IDS_AT_ONCE - 1)
    .limit(1)
    .executeTakeFirst();
  let slice = db.deleteFrom('usage_id').where('id', '>', after).where('received_at', '<', before);
  if (last) slice = slice.where('id', '<=', last.id);
  await slice.execute();
  return last?.id ?? null;
}
