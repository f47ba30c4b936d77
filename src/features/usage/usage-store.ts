import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import { insertRows } from '../../db/insert-rows.ts';
import type { UsageEventTable } from '../../db/schema.ts';
import type { Client, SeenCall, UsageEvent } from './usage-event.ts';

const COLUMNS = {
  developer_id: 'text',
  id: 'text',
  credential_id: 'text',
  origin: 'text',
  received_at: 'bigint',
  method: 'text',
  route: 'text',
  status: 'integer',
  duration_ms: 'double precision',
  error_code: 'text',
  clue: 'text',
  client: 'text',
} as const;

/**
 * The developer's latest call, if it failed and came after `since`: what a page that was away has to hear of. A call
 * that succeeded since then has already answered the question.
 */
export async function findUnansweredFailure(
  db: Db,
  developerId: string,
  since: number,
): Promise<SeenCall | undefined> {
  const latest = await db
    .selectFrom('usage_event')
    .selectAll()
    .where('developer_id', '=', developerId)
    // Ids are UUIDs of version 7, so the key's own order is that of time.
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return latest && latest.status >= 400 && latest.received_at >= since ? fromRow(latest) : undefined;
}

function fromRow(row: Selectable<UsageEventTable>): SeenCall {
  return {
    id: row.id,
    receivedAt: row.received_at,
    method: row.method,
    route: row.route,
    status: row.status,
    durationMs: row.duration_ms,
    errorCode: row.error_code,
    origin: row.origin,
    clue: row.clue,
    client: (row.client ?? 'other') as Client,
  };
}

/** Stores a batch in one statement. An event that is there already stays as it is. */
export async function insertUsage(db: Db, events: UsageEvent[]): Promise<void> {
  const rows = events.map((e) => [
    e.developerId,
    e.id,
    e.credentialId,
    e.origin,
    e.receivedAt,
    e.method,
    e.route,
    e.status,
    e.durationMs,
    e.errorCode,
    e.clue,
    e.client,
  ]);
  await insertRows(db, 'usage_event', COLUMNS, rows);
}
