import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { jsonRows } from '../../db/json-rows.ts';
import type { UsageEvent } from './usage-event.ts';

const TYPES = [
  'text',
  'text',
  'text',
  'text',
  'bigint',
  'text',
  'text',
  'integer',
  'double precision',
  'text',
] as const;

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
  ]);
  await sql`
    insert into usage_event
      (developer_id, id, credential_id, origin, received_at, method, route, status, duration_ms, error_code)
    select ${jsonRows(db, TYPES, rows)} where true
    on conflict (developer_id, id) do nothing`.execute(db);
}
