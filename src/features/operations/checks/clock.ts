import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../../../db/json-rows.ts';
import type { Schema } from '../../../db/schema.ts';
import { sayDuration } from '../../../duration.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** Another clock, and how far this machine's is ahead of it; negative: behind. Milliseconds. */
export interface ClockOffset {
  than: string;
  aheadMs: number;
  /** What the comparison can be wrong by: half the way there and back, and how coarse the other one speaks. */
  toleranceMs: number;
}

const SUSPICIOUS_MS = 1_000;

/** Milestones and limits go by this clock, and other processes by theirs. */
export function judgeClock(offsets: readonly ClockOffset[]): Finding[] {
  const wrong = offsets.filter(({ aheadMs, toleranceMs }) => Math.abs(aheadMs) > SUSPICIOUS_MS + toleranceMs);
  if (wrong.length > 0) {
    return wrong.map(({ than, aheadMs }) =>
      warning(
        `${sayDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} ${than}`,
        'Let both machines set their clocks by NTP: "timedatectl set-ntp true".',
      ),
    );
  }
  if (offsets.length === 0) return [ok('nothing to compare it with')];
  return [ok(`agrees with ${offsets.map(({ than }) => than).join(' and ')}`)];
}

/** Of Postgres its clock, of SQLite the newest time in it, which nobody can have written in the future. */
export async function databaseClock(db: Kysely<Schema>, now: () => number): Promise<ClockOffset | null> {
  if (isPostgres(db)) {
    const askedAt = now();
    const { rows } = await sql<{
      at: number;
    }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as at`.execute(db);
    const answeredAt = now();
    const aheadMs = (askedAt + answeredAt) / 2 - Number(rows[0]?.at);
    return { than: 'the database’s clock', aheadMs, toleranceMs: (answeredAt - askedAt) / 2 };
  }
  const newest = await db
    .selectFrom('developer')
    .select((e) => e.fn.max('t0').as('at'))
    .executeTakeFirst();
  const at = newest?.at ?? null;
  if (at === null) return null;
  return { than: 'the newest time in the database', aheadMs: Math.min(0, now() - at), toleranceMs: 0 };
}
