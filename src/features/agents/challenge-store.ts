import type { Db } from '../../context.ts';

/** True for exactly one caller, however many send the same proof; forgets those that have expired anyway. */
export async function spendChallenge(
  db: Db,
  row: { challenge_hash: string; expires_at: number },
  now: number,
): Promise<boolean> {
  await db.deleteFrom('spent_challenge').where('expires_at', '<=', now).execute();
  const spent = await db
    .insertInto('spent_challenge')
    .values(row)
    .onConflict((conflict) => conflict.column('challenge_hash').doNothing())
    .returning('challenge_hash')
    .executeTakeFirst();
  return spent !== undefined;
}
