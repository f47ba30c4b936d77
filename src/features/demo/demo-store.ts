import type { Kysely } from 'kysely';
import type { Db } from '../../context.ts';
import { tablesPresent } from '../../db/inventory.ts';
import type { Schema } from '../../db/schema.ts';

/** Whom what was simulated is put down to. Whoever acts in a real portal has an id that begins otherwise. */
export const DEMO_ACTOR = 'demo';

/** Milliseconds since 1970. */
export interface DemoMark {
  begunAt: number;
  /** Null: it was not filled to the end. */
  filledAt: number | null;
}

/**
 * Whether developers here are simulated. The database says so itself: by the root key with which they were reported, which
 * is revoked once it is filled. Null for a real portal's.
 */
export async function findDemoMark(db: Db): Promise<DemoMark | null> {
  const key = await db
    .selectFrom('root_key')
    .select(['created_at', 'revoked_at'])
    .where('created_by', '=', DEMO_ACTOR)
    .executeTakeFirst();
  return key ? { begunAt: key.created_at, filledAt: key.revoked_at } : null;
}

/** What may be filled: nothing that anybody else's is in. Works on a database without a table. */
export async function lookInside(db: Kysely<Schema>): Promise<'empty' | 'demo' | 'unfinished demo' | 'real'> {
  const tables = await tablesPresent(db, ['developer', 'root_key', 'usage_event']);
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
