import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { AuditSnapshotTable } from '../../db/journey-schema.ts';
import type { Quarter } from './quarter.ts';

export type SnapshotRow = Selectable<AuditSnapshotTable>;

/** Keeps the one that is there already. */
export async function insertSnapshot(db: Db, row: SnapshotRow): Promise<void> {
  await db
    .insertInto('audit_snapshot')
    .values(row)
    .onConflict((conflict) => conflict.column('quarter').doNothing())
    .execute();
}

export async function hasSnapshot(db: Db, quarter: string): Promise<boolean> {
  const row = await db
    .selectFrom('audit_snapshot')
    .select('quarter')
    .where('quarter', '=', quarter)
    .executeTakeFirst();
  return row !== undefined;
}

/** Newest quarter first. */
export async function listSnapshots(db: Db): Promise<SnapshotRow[]> {
  return db.selectFrom('audit_snapshot').selectAll().orderBy('quarter', 'desc').execute();
}

/** Whether somebody who counts began in it, as far as is known without looking at everybody. */
export async function hasBegun(db: Db, { start, end }: Quarter): Promise<boolean> {
  const row = await db
    .selectFrom('journey')
    .select('t0')
    .where('t0', '>=', start)
    .where('t0', '<', end)
    .where('excluded', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
