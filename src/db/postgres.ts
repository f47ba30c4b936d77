import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { CopyIn } from './copy-in.ts';
import { RowBatch } from './row-batch.ts';
import type { Schema } from './schema.ts';

const INT8 = 20;

/** Opens a pool; nothing is sent until the first query. `onError` hears of connections that broke. */
export function openPostgres(url: string, onError: (error: Error) => void): Kysely<Schema> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    // Milliseconds fit a double; as strings they would sort and subtract wrongly.
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that breaks under a query tells its query and itself; with nobody listening it would end the process.
  pool.on('connect', (client) => {
    client.on('error', onError);
    client.query = withCallback(client);
  });
  // Of idle ones the pool speaks too.
  pool.on('error', () => {});
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

type Done = (error: Error | null | undefined, result: pg.QueryResult) => void;
type QueryWithCallback = (text: string, values: unknown[], done: Done) => void;

/**
 * Where pg is asked for a promise it gives the query its callback only after it has made the query, and what such
 * queries sent and received outlives every quick collection: with a spool being drained that grew by 4 MB a second
 * until the next full one.
 */
function withCallback(client: pg.PoolClient): pg.PoolClient['query'] {
  const query: QueryWithCallback = client.query.bind(client);
  const copy: (rows: CopyIn) => void = client.query.bind(client);
  const promised = (text: string, values: unknown[]) =>
    new Promise((resolve, reject) => {
      const done: Done = (error, result) => (error ? reject(error) : resolve(result));
      const [batch] = values;
      if (batch instanceof RowBatch) copy(new CopyIn(text, batch, done));
      else query(text, values, done);
    });
  return promised as pg.PoolClient['query'];
}
