import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import type { RequestFilter } from './list-requests.ts';
import type { SeenCall } from './usage-event.ts';
import { toSeenCall } from './usage-store.ts';

/** A place in the log, newest first. */
export interface RequestPlace {
  receivedAt: number;
  id: string;
}

export interface RequestQuestion {
  developerId: string;
  /** Milliseconds since 1970. */
  since: number;
  filter: RequestFilter;
  before: RequestPlace | undefined;
  limit: number;
}

/** Read along the key, so that what is looked at is bounded by the period that was asked for. */
export async function findRequests(
  db: Db,
  { developerId, since, filter, before, limit }: RequestQuestion,
): Promise<SeenCall[]> {
  let query = db
    .selectFrom('usage_event')
    .selectAll()
    .where('developer_id', '=', developerId)
    .where('received_at', '>=', since);
  if (before)
    query = query.where((e) =>
      e(e.refTuple('received_at', 'id'), '<', e.tuple(before.receivedAt, before.id)),
    );
  if (filter.environment !== 'all') query = query.where('environment', '=', filter.environment);
  if (filter.outcome === 'throttled') query = query.where('status', '=', 429);
  if (filter.outcome === 'failed')
    query = query.where((e) => e.or([e('status', '>=', 400), e('ok', '=', 0)]));
  if (filter.outcome === 'ok')
    query = query.where('status', '<', 400).where((e) => e.or([e('ok', 'is', null), e('ok', '=', 1)]));
  if (filter.search !== '') {
    const within = `%${filter.search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where((e) =>
      e.or([
        e('id', '=', filter.search),
        e('request_id', '=', filter.search),
        sql<boolean>`lower(method || ' ' || route) like ${within} escape '\\'`,
        sql<boolean>`lower(error_code) like ${within} escape '\\'`,
      ]),
    );
  }
  const rows = await query.orderBy('received_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(toSeenCall);
}
