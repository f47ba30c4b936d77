import type { Context } from '../../context.ts';
import { DAY_MS, dayOf } from '../../day.ts';
import { isPostgres } from '../../db/json-rows.ts';
import { dropDaysBefore, ensureDays } from '../../db/partitions.ts';
import { deleteCallsBefore, deleteIdsBefore } from './usage-retention-store.ts';

type Clock = Pick<Context, 'db' | 'now'>;

/** A repeat of an event is known as one for this long. */
const DEDUPE_DAYS = 30;
/** So many days after today have their partition already, should this process sleep or be locked out at midnight. */
const DAYS_AHEAD = 2;
/** About a million ids: what one sweep looks at. The next one goes on from there. */
const SLICES_AT_ONCE = 200;

/** Makes the partitions of today and the next days before the first call of the day has to wait for one. */
export async function prepareDays({ db, now }: Clock): Promise<void> {
  const today = dayOf(now());
  await ensureDays(
    db,
    Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => today + ahead),
  );
}

/**
 * Removes recorded calls older than so many days, by whole days, so that what was counted of a day can be counted
 * again, or not at all. On Postgres a day is a table, which goes at once.
 */
export async function removeOldCalls({ db, now }: Clock, retentionDays: number): Promise<void> {
  const oldest = dayOf(now()) - retentionDays;
  if (isPostgres(db)) {
    await dropDaysBefore(db, oldest);
    return;
  }
  let after: string | null = '';
  while (after !== null) after = await deleteCallsBefore(db, oldest * DAY_MS, after);
}

/** Forgets the ids of reported calls whose repeats are no longer expected, some of them each time. */
export function createIdSweep({ db, now }: Clock): () => Promise<void> {
  let after = '';
  return async () => {
    for (let slice = 0; slice < SLICES_AT_ONCE; slice += 1) {
      const next = await deleteIdsBefore(db, now() - DEDUPE_DAYS * DAY_MS, after);
      after = next ?? '';
      if (next === null) return;
    }
  };
}
