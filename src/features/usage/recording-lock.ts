import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { isPostgres } from '../../db/json-rows.ts';

/** Any number that no other lock of this database has. */
const LOCK = 7_041_126;

/**
 * Whoever is there now stays until the transaction ends. Several processes record at once; one that deletes somebody, or
 * makes two developers one, waits for them, and they for it. SQLite has one transaction at a time.
 */
export async function whileRecording(tx: Db): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock_shared(${sql.lit(LOCK)})`.execute(tx);
}

/** Until the transaction ends nothing is recorded. */
export async function whileNobodyRecords(tx: Db): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx);
}
