import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { startPortal } from '../support/portal.ts';

/** The tables that grow with use. */
const LARGE = [
  'audit',
  'call_day',
  'developer_state',
  'journey',
  'journey_due',
  'live_spell',
  'milestone',
  'onboarding_event',
  'usage_event',
  'usage_id',
];

test.skipIf(inject('postgresUrl') === null)(
  'every key of a large table holds the developer, so that it can be spread over several machines by it',
  async () => {
    const { portal } = await startPortal('Postgres');
    const { rows } = await sql<{ table: string; index: string; columns: string[] }>`
      select t.relname as table, i.relname as index,
        array_agg(a.attname::text order by array_position(x.indkey::int2[], a.attnum)) as columns
      from pg_index x
      join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = any(x.indkey)
      where x.indisunique and t.relname = any(${LARGE})
      group by t.relname, i.relname`.execute(portal.ctx.db);
    expect(new Set(rows.map(({ table }) => table))).toEqual(new Set(LARGE));
    expect(rows.filter(({ columns }) => !columns.includes('developer_id'))).toEqual([]);
  },
);
