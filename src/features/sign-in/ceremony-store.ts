import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { CeremonyTable } from '../../db/proof-schema.ts';

export async function insertCeremony(db: Db, row: Selectable<CeremonyTable>): Promise<void> {
  await db.insertInto('ceremony').values(row).execute();
}

/** The ceremony's data for exactly one caller, however many try at once; undefined for everybody else. */
export async function takeCeremony(
  db: Db,
  ceremony: { idHash: string; kind: string },
  now: number,
): Promise<string | undefined> {
  const taken = await db
    .deleteFrom('ceremony')
    .where('id_hash', '=', ceremony.idHash)
    .where('kind', '=', ceremony.kind)
    .where('expires_at', '>', now)
    .returning('data')
    .executeTakeFirst();
  return taken?.data;
}
