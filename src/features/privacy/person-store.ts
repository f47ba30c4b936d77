import { type Selectable, sql } from 'kysely';
import type { Db } from '../../context.ts';
import type { UsageEventTable } from '../../db/usage-schema.ts';
import { EMAIL } from '../developers/identity-store.ts';
import { BELONGINGS, type Person, TABLES, type Table } from './belongings.ts';

/** Stands where the id of somebody stood who is gone. */
const NOBODY = 'deleted';

export async function findPerson(db: Db, developerId: string): Promise<Person> {
  const merged = await db
    .selectFrom('developer')
    .select('id')
    .where('merged_into', '=', developerId)
    .execute();
  const addresses = await db
    .selectFrom('identity')
    .select('subject')
    .where('developer_id', '=', developerId)
    .where('issuer', '=', EMAIL)
    .execute();
  return {
    ids: [developerId, ...merged.map(({ id }) => id)],
    emails: addresses.map(({ subject }) => subject),
  };
}

/** The hashes of every key, working or not. */
export async function listKeyHashes(db: Db, { ids }: Person): Promise<string[]> {
  const rows = await db.selectFrom('credential').select('hash').where('developer_id', 'in', ids).execute();
  return rows.map(({ hash }) => hash);
}

/** Removes every row about a person. */
export async function deletePerson(tx: Db, person: Person): Promise<void> {
  for (const table of TABLES) {
    const belongings = BELONGINGS[table];
    if (belongings) await sql`delete from ${sql.table(table)} where ${belongings.rows(person)}`.execute(tx);
  }
}

/** What they did to others stays on record, without them in it. */
export async function forgetName(tx: Db, { ids, emails }: Person): Promise<void> {
  await tx.updateTable('root_key').set({ created_by: NOBODY }).where('created_by', 'in', ids).execute();
  await tx
    .updateTable('proxy_milestone')
    .set({ created_by: NOBODY })
    .where('created_by', 'in', ids)
    .execute();
  await tx.updateTable('audit').set({ actor_id: NOBODY }).where('actor_id', 'in', ids).execute();
  for (const name of [...ids, ...emails]) {
    // Text within JSON is escaped; an address may hold a quotation mark.
    const within = `%${JSON.stringify(name)
      .slice(1, -1)
      .replace(/[\\%_]/g, '\\$&')}%`;
    await sql`
      update audit set target = case when target = ${name} then ${NOBODY} else target end,
        detail = case when detail like ${within} escape '\\' then '{}' else detail end
      where target = ${name} or detail like ${within} escape '\\'`.execute(tx);
  }
}

/** Rows about a person in one table. The caller knows which are few; `usage_event` is read page by page. */
export async function listRows(db: Db, table: Table, person: Person): Promise<Record<string, unknown>[]> {
  const belongings = BELONGINGS[table];
  if (!belongings) return [];
  const { rows } = await sql<Record<string, unknown>>`
    select * from ${sql.table(table)} where ${belongings.rows(person)}`.execute(db);
  return rows;
}

/** A developer's calls that came after a place, which is that of the last call of the page before; oldest first. */
export async function listCallsAfter(
  db: Db,
  developerId: string,
  after: { receivedAt: number; id: string },
  limit: number,
): Promise<Selectable<UsageEventTable>[]> {
  return db
    .selectFrom('usage_event')
    .selectAll()
    .where('developer_id', '=', developerId)
    .where((e) => e(e.refTuple('received_at', 'id'), '>', e.tuple(after.receivedAt, after.id)))
    .orderBy('received_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}
