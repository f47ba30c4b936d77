import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { isPostgres, jsonRows } from '../../db/json-rows.ts';

/** Any number that no other lock of this database has. */
const LOCK = 7_041_126;

/**
 * Of these developers, those who are there and stay so until the transaction ends. Several processes record at once;
 * one that deletes somebody waits for them, and they for it. SQLite has one transaction at a time.
 */
export async function whileRecording(tx: Db, developerIds: ReadonlySet<string>): Promise<Set<string>> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock_shared(${sql.lit(LOCK)})`.execute(tx);
  const ids = jsonRows(
    tx,
    ['text'],
    [...developerIds].map((id) => [id]),
  );
  const { rows } = await sql<{ id: string }>`select id from developer where id in (select ${ids})`.execute(
    tx,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Until the transaction ends nothing is recorded. */
export async function whileNobodyRecords(tx: Db): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx);
}
