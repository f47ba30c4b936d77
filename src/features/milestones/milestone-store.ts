import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import { jsonRows } from '../../db/json-rows.ts';
import type { MilestoneTable } from '../../db/schema.ts';

export type MilestoneRow = Selectable<MilestoneTable>;

/** Reaches milestones, or moves them earlier; returns those that changed. One statement however many there are. */
export async function reachMilestones(
  db: Db,
  rows: MilestoneRow[],
): Promise<{ developer_id: string; name: string }[]> {
  if (rows.length === 0) return [];
  const values = rows.map((r) => [
    r.developer_id,
    r.name,
    r.reached_at,
    r.event_id,
    r.method,
    r.route,
    r.status,
    r.duration_ms,
  ]);
  const types = ['text', 'text', 'bigint', 'text', 'text', 'text', 'integer', 'double precision'] as const;
  const changed = await sql<{ developer_id: string; name: string }>`
    insert into milestone (developer_id, name, reached_at, event_id, method, route, status, duration_ms)
    select ${jsonRows(db, types, values)} where true
    on conflict (developer_id, name) do update set
      reached_at = excluded.reached_at, event_id = excluded.event_id, method = excluded.method,
      route = excluded.route, status = excluded.status, duration_ms = excluded.duration_ms
    where excluded.reached_at < milestone.reached_at
      or (excluded.reached_at = milestone.reached_at and excluded.event_id < milestone.event_id)
    returning developer_id, name`.execute(db);
  return changed.rows;
}

export async function listMilestones(db: Db, developerId: string): Promise<MilestoneRow[]> {
  return db
    .selectFrom('milestone')
    .selectAll()
    .where('developer_id', '=', developerId)
    .orderBy('reached_at')
    .orderBy('name')
    .execute();
}

export async function deleteMilestonesOf(db: Db, developerId: string): Promise<void> {
  await db.deleteFrom('milestone').where('developer_id', '=', developerId).execute();
}
