import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { DAY_MS } from '../../day.ts';

/** A developer whose first week and whose days 84 to 97 are over. Times in milliseconds since 1970. */
export interface LabDeveloper {
  developer_id: string;
  t0: number;
  channel: string | null;
  occupation: string | null;
  goal: string | null;
  own_machine_at: number | null;
  claimed_at: number | null;
}

const WEEK = 7;

/** The newest with t0 up to `before` who count and had not gone within their first week. */
export async function listLabDevelopers(db: Db, before: number, limit: number): Promise<LabDeveloper[]> {
  return db
    .selectFrom('journey')
    .select(['developer_id', 't0', 'channel', 'occupation', 'goal', 'own_machine_at', 'claimed_at'])
    .where('excluded', 'is', null)
    .where('t0', '<=', before)
    .where((e) => e.or([e('ended_at', 'is', null), e('ended_at', '>=', e('t0', '+', WEEK * DAY_MS))]))
    .orderBy('t0', 'desc')
    .orderBy('developer_id', 'desc')
    .limit(limit)
    .execute();
}

/** Something done on one of the first seven days, so many times. Day 0 is that of t0. */
export interface LabAction {
  developer_id: string;
  action: string;
  day: number;
  times: number;
}

/** Those whose t0 lies between these two, both included: where they began and ended is in the order of an index. */
const among = (from: number, to: number) =>
  sql`journey where excluded is null and t0 >= ${from} and t0 <= ${to}`;

/** Calls are counted by UTC day, and so are the days of them here. */
export async function listLabCalls(db: Db, from: number, to: number): Promise<LabAction[]> {
  const { rows } = await sql<{ developer_id: string; day: number; succeeded: number; failed: number }>`
    select j.developer_id, d.day - j.t0 / ${sql.lit(DAY_MS)} as day,
      sum(d.successes + d.portal_successes) as succeeded, sum(d.errors + d.portal_errors) as failed
    from (select developer_id, t0 from ${among(from, to)}) j
    join call_day d on d.developer_id = j.developer_id
      and d.day between j.t0 / ${sql.lit(DAY_MS)} and j.t0 / ${sql.lit(DAY_MS)} + ${sql.lit(WEEK - 1)}
    group by j.developer_id, d.day, j.t0`.execute(db);
  return rows.flatMap(({ developer_id, day, succeeded, failed }) => [
    { developer_id, action: 'call_succeeded', day: Number(day), times: Number(succeeded) },
    { developer_id, action: 'call_failed', day: Number(day), times: Number(failed) },
  ]);
}

export async function listLabEvents(db: Db, from: number, to: number): Promise<LabAction[]> {
  const { rows } = await sql<LabAction>`
    select j.developer_id, e.name as action, (e.received_at - j.t0) / ${sql.lit(DAY_MS)} as day, count(*) as times
    from (select developer_id, t0 from ${among(from, to)}) j
    join onboarding_event e on e.developer_id = j.developer_id
      and e.received_at >= j.t0 and e.received_at < j.t0 + ${sql.lit(WEEK * DAY_MS)}
    group by 1, 2, 3`.execute(db);
  return rows.map((row) => ({ ...row, day: Number(row.day), times: Number(row.times) }));
}

const RETAINED = { from: 84, to: 97 };
/** Days after t0 until it is known who stayed. */
export const FOLLOWED_DAYS = RETAINED.to + 1;

/** Who had a success with a key of their own on days 84 to 97. */
export async function listRetained(db: Db, from: number, to: number): Promise<Set<string>> {
  const { rows } = await sql<{ developer_id: string }>`
    select j.developer_id
    from (select developer_id, t0 from ${among(from, to)}) j
    where exists (select 1 from call_day d where d.developer_id = j.developer_id
      and d.day between j.t0 / ${sql.lit(DAY_MS)} + ${sql.lit(RETAINED.from)}
        and j.t0 / ${sql.lit(DAY_MS)} + ${sql.lit(RETAINED.to)}
      and d.successes + d.portal_successes > 0)`.execute(db);
  return new Set(rows.map((row) => row.developer_id));
}
