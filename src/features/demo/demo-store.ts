import type { Kysely } from 'kysely';
import type { Db } from '../../context.ts';
import { tablesPresent } from '../../db/inventory.ts';
import type { Schema } from '../../db/schema.ts';

/** Whom what was simulated is put down to. Whoever acts in a real portal has an id that begins otherwise. */
export const DEMO_ACTOR = 'demo';

/** Times in milliseconds since 1970. */
export interface DemoMark {
  seed: number;
  begunAt: number;
  /** Null: it was not filled to the end. */
  filledAt: number | null;
}

const NAME = 'demo';

/** The database itself says that developers here are simulated. Null for a real portal's. */
export async function findDemoMark(db: Db): Promise<DemoMark | null> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', NAME).executeTakeFirst();
  return row ? JSON.parse(row.value) : null;
}

export async function noteDemo(db: Db, mark: DemoMark): Promise<void> {
  const value = JSON.stringify(mark);
  await db
    .insertInto('setting')
    .values({ name: NAME, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value }))
    .execute();
}

/** What may be filled: nothing that anybody else's is in. Works on a database without a table. */
export async function lookInside(db: Kysely<Schema>): Promise<'empty' | 'demo' | 'unfinished demo' | 'real'> {
  const tables = await tablesPresent(db, ['developer', 'root_key', 'setting']);
  if (tables.length === 0) return 'empty';
  if (tables.length < 3) return 'real';
  const mark = await findDemoMark(db);
  if (mark) return mark.filledAt === null ? 'unfinished demo' : 'demo';
  const [developer, key, call] = await Promise.all([
    db.selectFrom('developer').select('id').limit(1).executeTakeFirst(),
    db.selectFrom('root_key').select('id').limit(1).executeTakeFirst(),
    db.selectFrom('usage_event').select('id').limit(1).executeTakeFirst(),
  ]);
  return developer || key || call ? 'real' : 'empty';
}
