import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { isPostgres } from '../../db/json-rows.ts';

export async function addWish(db: Db, day: number, language: string): Promise<void> {
  await sql`
    insert into language_wish (day, language, n) values (${day}, ${language}, 1)
    on conflict (day, language) do update set n = language_wish.n + 1`.execute(db);
}

/** How often each language was asked for since a day, the most wanted first. */
export async function countWishes(db: Db, since: number): Promise<{ language: string; n: number }[]> {
  const rows = await db
    .selectFrom('language_wish')
    .select((e) => ['language', e.fn.sum<number | string>('n').as('n')])
    .where('day', '>=', since)
    .groupBy('language')
    .execute();
  return rows
    .map(({ language, n }) => ({ language, n: Number(n) }))
    .sort((a, b) => b.n - a.n || (a.language < b.language ? -1 : 1));
}

/** Developers who asked for a language since then, and how many of them have never made a successful call. */
export async function countWishers(
  db: Db,
  since: number,
): Promise<{ language: string; developers: number; lost: number }[]> {
  const language = isPostgres(db)
    ? sql`(e.props::json ->> 'language')`
    : sql`json_extract(e.props, '$.language')`;
  const { rows } = await sql<{ language: string; developers: number; lost: number }>`
    select w.language, count(*) as developers,
      sum(case when j.first_call_at is null then 1 else 0 end) as lost
    from (
      select distinct e.developer_id, ${language} as language from onboarding_event e
      where e.name = 'language_wanted' and e.received_at >= ${since}) w
    join journey j on j.developer_id = w.developer_id and j.excluded is null
    group by w.language`.execute(db);
  return rows.map((row) => ({
    language: row.language,
    developers: Number(row.developers),
    lost: Number(row.lost),
  }));
}
