import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import { jsonRows } from '../../db/json-rows.ts';
import type { MilestoneTable } from '../../db/schema.ts';
import type { FoldableCall } from './fold-calls.ts';
import type { MilestoneName } from './progress-schema.ts';

export type MilestoneRow = Selectable<MilestoneTable>;

const COLUMNS = {
  developer_id: 'text',
  name: 'text',
  reached_at: 'bigint',
  occurred_at: 'bigint',
  event_id: 'text',
  method: 'text',
  route: 'text',
  status: 'integer',
  duration_ms: 'double precision',
} as const;
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** A milestone reached with this call, which is its evidence. */
export function reachedWith(name: MilestoneName, call: FoldableCall): MilestoneRow {
  return {
    developer_id: call.developerId,
    name,
    reached_at: call.receivedAt,
    occurred_at: call.occurredAt,
    event_id: call.id,
    method: call.method,
    route: call.route,
    status: call.status,
    duration_ms: call.durationMs,
  };
}

/** Reaches milestones, or moves them earlier; returns those that changed. One statement however many there are. */
export async function reachMilestones(
  db: Db,
  rows: readonly MilestoneRow[],
): Promise<{ developer_id: string; name: string }[]> {
  if (rows.length === 0) return [];
  const values = rows.map((row) => NAMES.map((name) => row[name]));
  const set = NAMES.slice(2).map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`);
  const changed = await sql<{ developer_id: string; name: string }>`
    insert into milestone (${sql.join(NAMES.map((name) => sql.ref(name)))})
    select ${jsonRows(db, Object.values(COLUMNS), values)} where true
    on conflict (developer_id, name) do update set ${sql.join(set)}
    where (excluded.reached_at, excluded.occurred_at, excluded.event_id)
      < (milestone.reached_at, milestone.occurred_at, milestone.event_id)
    returning developer_id, name`.execute(db);
  return changed.rows;
}

/** Puts what was found by looking at everything in the place of what was known. */
export async function replaceMilestones(
  tx: Db,
  developerId: string,
  names: readonly MilestoneName[],
  rows: readonly MilestoneRow[],
): Promise<void> {
  await tx
    .deleteFrom('milestone')
    .where('developer_id', '=', developerId)
    .where('name', 'in', names)
    .execute();
  await reachMilestones(tx, rows);
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
