import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import { jsonRows } from '../../db/json-rows.ts';
import type { UsageEventTable } from '../../db/usage-schema.ts';
import type { SeenCall } from './usage-event.ts';
import { toSeenCall } from './usage-store.ts';

/** The newest of each developer's; who is shown more at once reads none of it. */
const MOST_CALLS = 100;

const idRows = (db: Db, ids: readonly string[]) =>
  jsonRows(
    db,
    ['text'],
    ids.map((id) => [id]),
  );

/** How often what is known of these developers has changed; nothing of those of whom nothing is. */
export async function listRevisions(db: Db, developerIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ developer_id: string; revision: number }>`
    select developer_id, revision from developer_state
    where developer_id in (select ${idRows(db, developerIds)})`.execute(db);
  return new Map(rows.map(({ developer_id, revision }) => [developer_id, Number(revision)]));
}

/** The latest calls of these developers that were received since then, each one's in the order of time. Postgres only. */
export async function listCallsSince(
  db: Db,
  developerIds: readonly string[],
  since: number,
): Promise<{ developerId: string; call: SeenCall }[]> {
  const { rows } = await sql<Selectable<UsageEventTable>>`
    select call.* from (select ${idRows(db, developerIds)}) as wanted(developer_id)
    cross join lateral (
      select * from usage_event
      where usage_event.developer_id = wanted.developer_id and received_at >= ${since}
      order by received_at desc, id desc limit ${sql.lit(MOST_CALLS)}
    ) as call
    order by call.received_at, call.id`.execute(db);
  return rows.map((row) => ({ developerId: row.developer_id, call: toSeenCall(row) }));
}
