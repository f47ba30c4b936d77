import { randomUUIDv7 } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import type { DeveloperTable } from '../../db/schema.ts';
import { isStaff, type Role } from './roles.ts';

/** What is known of a developer who is only beginning. */
export interface Beginning {
  /** Why they are in no figure. */
  excluded?: string | null;
  channel?: string | null;
}

/** A new, anonymous developer, in every figure unless a reason is given; returns the id. */
export async function createDeveloper(
  db: Db,
  now: number,
  { excluded = null, channel = null }: Beginning = {},
): Promise<string> {
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
      excluded,
      claimed_at: null,
      merged_into: null,
      merged_at: null,
      channel,
      occupation: null,
    })
    .execute();
  return id;
}

/** Someone of the company's own: in no figure. Returns the id. */
export async function createStaff(db: Db, role: Role, now: number): Promise<string> {
  const id = await createDeveloper(db, now);
  await setRole(db, id, role);
  return id;
}

/** The company's own people are in no figure, a developer is. */
export async function setRole(db: Db, developerId: string, role: Role): Promise<void> {
  await db
    .updateTable('developer')
    .set({ role, excluded: isStaff(role) ? 'staff' : null, excluded_by: null, excluded_at: null })
    .where('id', '=', developerId)
    .execute();
}

/** True for exactly one caller, however many claim the same anonymous developer at once. */
export async function markClaimed(db: Db, developerId: string, now: number): Promise<boolean> {
  const claimed = await db
    .updateTable('developer')
    .set({ claimed_at: now })
    .where('id', '=', developerId)
    .where('claimed_at', 'is', null)
    .where('merged_into', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return claimed !== undefined;
}

/** True for exactly one caller. What is left of a merged developer is a note of where everything went. */
export async function markMerged(db: Db, developerId: string, into: string, now: number): Promise<boolean> {
  const merged = await db
    .updateTable('developer')
    .set({ merged_into: into, merged_at: now, excluded: 'merged' })
    .where('id', '=', developerId)
    .where('claimed_at', 'is', null)
    .where('merged_into', 'is', null)
    .where('role', '=', 'developer')
    .returning('id')
    .executeTakeFirst();
  return merged !== undefined;
}

/** Developers whose history became part of another's since then, and whose. */
export async function listMergedSince(db: Db, since: number): Promise<{ from: string; into: string }[]> {
  const rows = await db
    .selectFrom('developer')
    .select(['id', 'merged_into'])
    .where('merged_at', '>=', since)
    .execute();
  return rows.map((row) => ({ from: row.id, into: row.merged_into ?? row.id }));
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
export async function findStaffByRole(db: Db, role: Role): Promise<string | undefined> {
  const row = await db
    .selectFrom('developer')
    .select('id')
    .where('excluded', '=', 'staff')
    .where('role', '=', role)
    .orderBy('created_at')
    .executeTakeFirst();
  return row?.id;
}

/** Until the transaction ends nobody else can lock, claim, merge or delete this developer. */
export async function lockDeveloper(tx: Db, id: string): Promise<void> {
  await tx.updateTable('developer').set({ id }).where('id', '=', id).execute();
}

export async function findDeveloper(db: Db, id: string): Promise<Selectable<DeveloperTable> | undefined> {
  return db.selectFrom('developer').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The answer to the goal question; null when it was skipped. What somebody does stays where nothing is said of it. */
export async function setGoal(
  db: Db,
  developerId: string,
  { goal, occupation }: { goal: string | null; occupation: string | null },
  now: number,
): Promise<void> {
  await db
    .updateTable('developer')
    .set({ goal, goal_answered_at: now, ...(occupation !== null && { occupation }) })
    .where('id', '=', developerId)
    .execute();
}
