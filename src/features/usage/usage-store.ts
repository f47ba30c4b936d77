import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import { copyNewRows, insertNewRows } from '../../db/insert-rows.ts';
import { jsonRows } from '../../db/json-rows.ts';
import type { UsageEventTable } from '../../db/usage-schema.ts';
import type { Client, PendingCall, SeenCall, UsageEvent } from './usage-event.ts';

/** Whose a credential is. */
export interface Owner {
  developerId: string;
  environment: string;
  origin: string;
}

/** The owners of those credentials whose developer is there. */
export async function findOwners(db: Db, credentialIds: readonly string[]): Promise<Map<string, Owner>> {
  const ids = jsonRows(
    db,
    ['text'],
    credentialIds.map((id) => [id]),
  );
  const { rows } = await sql<{ id: string; developer_id: string; environment: string; origin: string }>`
    select credential.id, credential.developer_id, credential.environment, credential.origin
    from credential join developer on developer.id = credential.developer_id
    where credential.id in (select ${ids})`.execute(db);
  return new Map(
    rows.map((row) => [
      row.id,
      { developerId: row.developer_id, environment: row.environment, origin: row.origin },
    ]),
  );
}

const ID_COLUMNS = {
  id: 'text',
  developer_id: 'text',
  fingerprint: 'bigint',
  received_at: 'bigint',
} as const;

const IDS = { table: 'usage_id', columns: ID_COLUMNS, key: 2 } as const;

const toIdRows = (events: readonly UsageEvent[]) =>
  events.map((e) => [e.id, e.developerId, e.fingerprint, e.receivedAt]);

/** Remembers under which ids calls were reported. For each: whether nobody had reported one under it. */
export async function insertIds(db: Db, reported: readonly UsageEvent[]): Promise<boolean[]> {
  return insertNewRows(db, IDS, toIdRows(reported));
}

/** What was reported under these ids before. By id and developer. */
export async function findFingerprints(db: Db, events: readonly UsageEvent[]): Promise<Map<string, number>> {
  const keys = jsonRows(
    db,
    ['text', 'text'],
    events.map((e) => [e.id, e.developerId]),
  );
  const { rows } = await sql<{ id: string; developer_id: string; fingerprint: number }>`
    select id, developer_id, fingerprint from usage_id where (id, developer_id) in (select ${keys})`.execute(
    db,
  );
  return new Map(rows.map((row) => [`${row.id} ${row.developer_id}`, Number(row.fingerprint)]));
}

const COLUMNS = {
  developer_id: 'text',
  received_at: 'bigint',
  id: 'text',
  credential_id: 'text',
  environment: 'text',
  origin: 'text',
  occurred_at: 'bigint',
  method: 'text',
  route: 'text',
  status: 'integer',
  ok: 'integer',
  duration_ms: 'double precision',
  error_code: 'text',
  clue: 'text',
  client: 'text',
  request_id: 'text',
  source: 'text',
} as const;

const EVENTS = { table: 'usage_event', columns: COLUMNS, key: 3 } as const;

const toEventRows = (events: readonly UsageEvent[]) =>
  events.map((e) => [
    e.developerId,
    e.receivedAt,
    e.id,
    e.credentialId,
    e.environment,
    e.origin,
    e.occurredAt,
    e.method,
    e.route,
    e.status,
    e.ok === null ? null : Number(e.ok),
    e.durationMs,
    e.errorCode,
    e.clue,
    e.client,
    e.requestId,
    e.source,
  ]);

/** Stores calls in one statement. For each: whether it was not there yet. */
export async function insertUsage(db: Db, events: readonly UsageEvent[]): Promise<boolean[]> {
  return insertNewRows(db, EVENTS, toEventRows(events));
}

/**
 * Both at once, and quickly, where all of them are new. False where that is not known to be so; then nothing has
 * happened.
 */
export async function insertAllNew(
  tx: Db,
  events: readonly UsageEvent[],
  reported: readonly UsageEvent[],
): Promise<boolean> {
  return copyNewRows(tx, events.length, [
    [IDS, () => toIdRows(reported)],
    [EVENTS, () => toEventRows(events)],
  ]);
}

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
    .where('received_at', '>=', since)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return latest && latest.status >= 400 ? toSeenCall(latest) : undefined;
}

export function toSeenCall(row: Selectable<UsageEventTable>): SeenCall {
  return {
    id: row.id,
    receivedAt: row.received_at,
    occurredAt: row.occurred_at,
    method: row.method,
    route: row.route,
    status: row.status,
    ok: row.ok === null ? null : row.ok === 1,
    durationMs: row.duration_ms,
    errorCode: row.error_code,
    environment: row.environment,
    origin: row.origin,
    clue: row.clue,
    client: row.client as Client,
    requestId: row.request_id,
    source: row.source,
  };
}

/**
 * One developer's calls become another's. A call that was reported with keys of both counts once, as it would have if
 * they had always been one; true when there was such a call.
 */
export async function moveCalls(db: Db, from: string, into: string): Promise<boolean> {
  const reported = sql`(select id from usage_event where developer_id = ${from} and source is not null)`;
  const twice = sql`select id from usage_id where developer_id = ${into} and id in ${reported}`;
  const { rows } = await sql<{ id: string }>`${twice}`.execute(db);
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) {
    for (const table of ['usage_event', 'usage_id'] as const) {
      await db.deleteFrom(table).where('developer_id', '=', from).where('id', 'in', ids).execute();
    }
  }
  await sql`
    update usage_id set developer_id = ${into} where developer_id = ${from} and id in ${reported}`.execute(
    db,
  );
  await db.updateTable('usage_event').set({ developer_id: into }).where('developer_id', '=', from).execute();
  return ids.length > 0;
}

/** With its owner, a call is an event. */
export function toEvent(call: PendingCall, owner: Owner): UsageEvent {
  return { ...call, ...owner };
}
