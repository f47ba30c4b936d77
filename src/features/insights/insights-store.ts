import type { Db } from '../../context.ts';

/** How many calls a rule leaves out, such as those of CI and of monitors; by an index of those who made any. */
export async function countExcludedCalls(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('developer_state')
    .select((eb) => eb.fn.sum<number | string | null>('excluded_calls').as('n'))
    .where('excluded_calls', '>', 0)
    .executeTakeFirstOrThrow();
  return Number(n ?? 0);
}
