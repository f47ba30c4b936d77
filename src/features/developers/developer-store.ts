import { randomUUIDv7 } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import type { DeveloperTable } from '../../db/schema.ts';

/** A new, anonymous developer; returns the id. */
export async function createDeveloper(db: Db, now: number): Promise<string> {
  const id = `dev_${randomUUIDv7()}`;
  await db
    .insertInto('developer')
    .values({
      id,
      created_at: now,
      t0: null,
      first_visit_at: null,
      goal: null,
      goal_answered_at: null,
      role: 'developer',
      excluded: null,
    })
    .execute();
  return id;
}

/** Someone of the company's own: in no figure. Returns the id. */
export async function createStaff(db: Db, role: string, now: number): Promise<string> {
  const id = await createDeveloper(db, now);
  await db.updateTable('developer').set({ role, excluded: 'staff' }).where('id', '=', id).execute();
  return id;
}

/** t0 and the first visit only ever move earlier. */
export async function moveAnchorEarlier(
  db: Db,
  developerId: string,
  anchor: { t0: number; firstVisitAt: number },
): Promise<void> {
  await db
    .updateTable('developer')
    .set({
      t0: sql<number>`case when t0 is null or t0 > ${anchor.t0} then ${anchor.t0} else t0 end`,
      first_visit_at: sql<number>`case when first_visit_at is null or first_visit_at > ${anchor.firstVisitAt}
        then ${anchor.firstVisitAt} else first_visit_at end`,
    })
    .where('id', '=', developerId)
    .execute();
}

/** The first of the company's people with this role. */
export async function findStaffByRole(db: Db, role: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('developer')
    .select('id')
    .where('excluded', '=', 'staff')
    .where('role', '=', role)
    .orderBy('created_at')
    .executeTakeFirst();
  return row?.id;
}

export async function findDeveloper(db: Db, id: string): Promise<Selectable<DeveloperTable> | undefined> {
  return db.selectFrom('developer').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The answer to the goal question; null when it was skipped. */
export async function setGoal(db: Db, developerId: string, goal: string | null, now: number): Promise<void> {
  await db
    .updateTable('developer')
    .set({ goal, goal_answered_at: now })
    .where('id', '=', developerId)
    .execute();
}
