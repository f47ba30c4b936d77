import type { Context } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { BELONGINGS, TABLES, type Table } from './belongings.ts';
import { findPerson, listCallsAfter, listRows } from './person-store.ts';

const CALLS_AT_ONCE = 2_000;
/** Columns with a time, in milliseconds since 1970. */
const TIME = /(^|_)at$|^t0$/;
/** Columns that hold JSON as text. */
const JSON_TEXT = new Set(['props', 'detail', 'transports']);

/**
 * Everything that is kept about a developer, as the text of one JSON document: an array per table, without hashes and
 * secrets. It comes in pieces, because there may be millions of calls.
 */
export async function* exportDeveloper(ctx: Context, developerId: string): AsyncGenerator<string> {
  const person = await findPerson(ctx.db, developerId);
  await recordAudit(ctx.db, ctx.now(), { developerId, action: 'developer.exported' });
  yield `{\n"exported_at": ${JSON.stringify(new Date(ctx.now()).toISOString())}`;
  for (const table of TABLES) {
    if (!BELONGINGS[table] || table === 'ceremony') continue;
    yield `,\n${JSON.stringify(table)}: [`;
    let separator = '\n';
    const pages =
      table === 'usage_event' ? callsOf(ctx, person.ids) : [await listRows(ctx.db, table, person)];
    for await (const rows of pages) {
      for (const row of rows) {
        yield separator + JSON.stringify(readable(table, row));
        separator = ',\n';
      }
    }
    yield '\n]';
  }
  yield '\n}\n';
}

async function* callsOf(ctx: Context, developerIds: readonly string[]) {
  for (const developerId of developerIds) {
    let after = { receivedAt: -1, id: '' };
    for (;;) {
      const calls = await listCallsAfter(ctx.db, developerId, after, CALLS_AT_ONCE);
      yield calls;
      const last = calls.at(-1);
      if (!last || calls.length < CALLS_AT_ONCE) break;
      after = { receivedAt: last.received_at, id: last.id };
    }
  }
}

function readable(table: Table, row: Record<string, unknown>): Record<string, unknown> {
  const withheld = new Set<string>(BELONGINGS[table]?.withheld);
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !withheld.has(column))
      .map(([column, value]) => [column, legible(column, value)]),
  );
}

function legible(column: string, value: unknown): unknown {
  if (typeof value === 'number' && TIME.test(column)) return new Date(value).toISOString();
  return typeof value === 'string' && JSON_TEXT.has(column) ? JSON.parse(value) : value;
}
