import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { isPostgres } from '../../db/json-rows.ts';
import type { Role } from './roles.ts';

export interface PersonRow {
  id: string;
  role: string;
  created_at: number;
  /** How they are known, separated by a tab; null for one who has only ever used the admin's link. */
  labels: string | null;
  /** When a session of theirs was last extended or begun; null when none is left. */
  signed_in_at: number | null;
}

/** The company's own people, admins first, then by age. */
export async function listStaff(db: Db): Promise<PersonRow[]> {
  const labels = isPostgres(db)
    ? sql<
        string | null
      >`(select string_agg(label, chr(9) order by created_at) from identity where developer_id = developer.id)`
    : sql<
        string | null
      >`(select group_concat(label, char(9) order by created_at) from identity where developer_id = developer.id)`;
  return db
    .selectFrom('developer')
    .select(['id', 'role', 'created_at', labels.as('labels')])
    .select((e) =>
      e
        .selectFrom('session')
        .whereRef('session.developer_id', '=', 'developer.id')
        .select((s) => s.fn.max('session.signed_in_at').as('at'))
        .as('signed_in_at'),
    )
    .where('role', '!=', 'developer')
    .orderBy(sql`case role when 'admin' then 0 when 'pm' then 1 else 2 end`)
    .orderBy('created_at')
    .execute();
}

/** Changes the role unless that would leave the portal without an admin; false when it would. */
export async function changeRoleUnlessLastAdmin(db: Db, developerId: string, role: Role): Promise<boolean> {
  const changed = await db
    .updateTable('developer')
    .set({ role, excluded: role === 'developer' ? null : 'staff' })
    .where('id', '=', developerId)
    .where((e) =>
      e.or([
        e('role', '!=', 'admin'),
        e.lit(role === 'admin'),
        e.exists(
          e
            .selectFrom('developer as other')
            .select('other.id')
            .where('other.role', '=', 'admin')
            .where('other.id', '!=', developerId),
        ),
      ]),
    )
    .returning('id')
    .executeTakeFirst();
  return changed !== undefined;
}
