import type { Kysely } from 'kysely';
import type { Schema } from '../../src/db/schema.ts';

/** Listens to every statement that reaches the database from now on. */
export function countQueries(db: Kysely<Schema>): { take(): string[] } {
  const executor = db.getExecutor();
  const original = executor.executeQuery;
  let seen: string[] = [];
  executor.executeQuery = function (query, ...rest) {
    seen.push(query.sql);
    return original.call(this, query, ...rest) as never;
  };
  return {
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}
