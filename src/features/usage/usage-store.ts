import type { Db } from '../../context.ts';
import { insertRows } from '../../db/insert-rows.ts';
import type { UsageEvent } from './usage-event.ts';

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
} as const;

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
  await insertRows(db, 'usage_event', COLUMNS, rows);
}
