import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import type { UsageEventTable } from '../../db/usage-schema.ts';
import type { FoldableCall } from './fold-calls.ts';

type Row = Pick<
  Selectable<UsageEventTable>,
  | 'developer_id'
  | 'received_at'
  | 'id'
  | 'environment'
  | 'origin'
  | 'occurred_at'
  | 'method'
  | 'route'
  | 'status'
  | 'ok'
  | 'duration_ms'
  | 'client'
>;
const COLUMNS = [
  'developer_id',
  'received_at',
  'id',
  'environment',
  'origin',
  'occurred_at',
  'method',
  'route',
  'status',
  'ok',
  'duration_ms',
  'client',
] as const satisfies readonly (keyof Row)[];

const AT_ONCE = 5_000;

/** A developer's calls of one UTC day with keys of one environment, in order. */
export async function listCallsOfDay(
  db: Db,
  developerId: string,
  environment: string,
  day: number,
): Promise<FoldableCall[]> {
  const rows = await db
    .selectFrom('usage_event')
    .select(COLUMNS)
    .where('developer_id', '=', developerId)
    .where('received_at', '>=', day * DAY_MS)
    .where('received_at', '<', (day + 1) * DAY_MS)
    .where('environment', '=', environment)
    .orderBy('received_at')
    .orderBy('occurred_at')
    .orderBy('id')
    .execute();
  return rows.map(fromRow);
}

/** All of a developer's calls that are kept, oldest first, a few thousand at a time. */
export async function* readCalls(db: Db, developerId: string): AsyncGenerator<FoldableCall[]> {
  let after = { receivedAt: -1, id: '' };
  for (;;) {
    const rows = await db
      .selectFrom('usage_event')
      .select(COLUMNS)
      .where('developer_id', '=', developerId)
      .where((e) => e(e.refTuple('received_at', 'id'), '>', e.tuple(after.receivedAt, after.id)))
      .orderBy('received_at')
      .orderBy('id')
      .limit(AT_ONCE)
      .execute();
    yield rows.map(fromRow);
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) return;
    after = { receivedAt: last.received_at, id: last.id };
  }
}

function fromRow(row: Row): FoldableCall {
  return {
    developerId: row.developer_id,
    receivedAt: row.received_at,
    id: row.id,
    environment: row.environment,
    origin: row.origin,
    occurredAt: row.occurred_at,
    method: row.method,
    route: row.route,
    status: row.status,
    ok: row.ok === null ? null : row.ok === 1,
    durationMs: row.duration_ms,
    client: row.client,
  };
}
