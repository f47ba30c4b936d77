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

/** True for exactly one caller. */
export async function endProxy(db: Db, id: string, ended: { at: number; as: string }): Promise<boolean> {
  const row = await db
    .updateTable('proxy_milestone')
    .set({ ended_at: ended.at, ended_as: ended.as })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function extendProxy(db: Db, id: string, reviewAt: number): Promise<boolean> {
  const row = await db
    .updateTable('proxy_milestone')
    .set({ review_at: reviewAt })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
