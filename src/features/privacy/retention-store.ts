import { sql } from 'kysely';
import type { Db } from '../../context.ts';

const DEVELOPERS_AT_ONCE = 200;

/** The smallest UUID of version 7 that can have been made at this time: ids are in the order of time. */
function firstIdAt(at: number): string {
  const hex = Math.max(0, at).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/**
 * Removes calls older than this, of the developers that follow `after` in the order of their ids. Returns the last of
 * them, or null when there are no more: a slice is short, so that recording does not wait.
 */
export async function deleteCallsBefore(db: Db, before: number, after: string): Promise<string | null> {
  const slice = await db
    .selectFrom('developer')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(DEVELOPERS_AT_ONCE)
    .execute();
  const ids = slice.map(({ id }) => id);
  if (ids.length === 0) return null;
  await db
    .deleteFrom('usage_event')
    .where('developer_id', 'in', ids)
    .where('received_at', '<', before)
    .execute();
  return ids.at(-1) ?? null;
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

/** A request that was under way while its developer was deleted may have written once more. */
export async function deleteOrphans(db: Db): Promise<void> {
  const tables = ['session', 'credential', 'identity', 'password', 'passkey', 'claim_link'] as const;
  for (const table of [
    ...tables,
    'start_code',
    'onboarding_event',
    'milestone',
    'developer_state',
  ] as const) {
    await sql`delete from ${sql.table(table)} where not exists
      (select 1 from developer where developer.id = ${sql.table(table)}.developer_id)`.execute(db);
  }
}

/** Half sign-ins that nobody finished, and claim links that nobody can use. */
export async function deleteExpired(db: Db, now: number): Promise<void> {
  await db.deleteFrom('ceremony').where('expires_at', '<=', now).execute();
  await db.deleteFrom('claim_link').where('expires_at', '<=', now).execute();
}
