import type { Db } from '../../../src/context.ts';

/** Notes that everybody's row has to be made anew, beside whatever the portal itself notes meanwhile. */
export async function markEverybodyDue(db: Db): Promise<void> {
  await db
    .insertInto('journey_due')
    .columns(['developer_id'])
    .expression((eb) =>
      eb
        .selectFrom('developer')
        .select('id as developer_id')
        // SQLite needs to be told that no join begins with the next `on`.
        .union(
          eb
            .selectFrom('journey')
            .select('developer_id')
            .where((where) => where.lit(true)),
        ),
    )
    .onConflict((conflict) => conflict.column('developer_id').doNothing())
    .execute();
}
