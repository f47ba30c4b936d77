import { sql } from 'kysely';
import type { Db } from '../../context.ts';

/** The smallest UUID of version 7 that can have been made at this time: ids are in the order of time. */
function firstIdAt(at: number): string {
  const hex = Math.max(0, at).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

export async function deleteAuditBefore(db: Db, before: number): Promise<void> {
  await db.deleteFrom('audit').where('id', '<', firstIdAt(before)).where('at', '<', before).execute();
}

/** Developers nobody signed up for, who have neither taken a key nor called since then. */
export async function listForgotten(db: Db, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('developer')
    .select('id')
    .where('created_at', '<', before)
    .where('claimed_at', 'is', null)
    .where('merged_into', 'is', null)
    .where('role', '=', 'developer')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('credential')
            .select('id')
            .whereRef('credential.developer_id', '=', 'developer.id')
            .where((e) => e.or([e('created_at', '>=', before), e('last_used_at', '>=', before)])),
        ),
      ),
    )
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Notes of where merged developers went. */
export async function deleteMergeNotesBefore(db: Db, before: number): Promise<void> {
  await db.deleteFrom('developer').where('merged_at', '<', before).execute();
}

const ORPHANED = [
  'session',
  'credential',
  'identity',
  'password',
  'passkey',
  'claim_link',
  'start_code',
  'onboarding_event',
  'milestone',
  'developer_state',
] as const;

/** A request that was under way while its developer was deleted may have written once more. */
export async function deleteOrphans(db: Db): Promise<void> {
  for (const table of ORPHANED) {
    await sql`delete from ${sql.table(table)} where not exists
      (select 1 from developer where developer.id = ${sql.table(table)}.developer_id)`.execute(db);
  }
}

/** Half sign-ins that nobody finished, and claim links that nobody can use. */
export async function deleteExpired(db: Db, now: number): Promise<void> {
  await db.deleteFrom('ceremony').where('expires_at', '<=', now).execute();
  await db.deleteFrom('claim_link').where('expires_at', '<=', now).execute();
}
