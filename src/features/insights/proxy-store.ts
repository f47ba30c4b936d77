import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { ProxyMilestoneTable } from '../../db/journey-schema.ts';

export type ProxyRow = Selectable<ProxyMilestoneTable>;

export async function insertProxy(db: Db, row: ProxyRow): Promise<void> {
  await db.insertInto('proxy_milestone').values(row).execute();
}

/** Newest first, those that have ended with them: what was followed before stays to be seen. */
export async function listProxies(db: Db): Promise<ProxyRow[]> {
  return db
    .selectFrom('proxy_milestone')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
}

/** Changes one that has not ended. True for exactly one caller, where the change ends it. */
export async function changeProxy(
  db: Db,
  id: string,
  change: Partial<Pick<ProxyRow, 'review_at' | 'ended_at' | 'ended_as'>>,
): Promise<boolean> {
  const row = await db
    .updateTable('proxy_milestone')
    .set(change)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
