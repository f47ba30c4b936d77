import pg from 'pg';
import { parseConfig } from '../../src/config.ts';
import { createUsageStore } from '../../src/features/usage/store-usage.ts';
import type { PendingCall } from '../../src/features/usage/usage-event.ts';
import { createLog } from '../../src/log.ts';
import { openPortal } from '../../src/portal.ts';
import { newDatabase } from './intake.ts';
import type { Row } from './table.ts';

const FEW = 10_000;
const MANY = 1_000_000;
const BATCHES = 40;
const BATCH = 5_000;
const MOST_TIMES = 2;

/** What storing an event costs where there are few developers and where there are many, in what Postgres counts. */
export async function countTouches(server: string, folder: string): Promise<Row[]> {
  const few = await touchesPerEvent(await newDatabase(server, 'few'), folder, FEW);
  const many = await touchesPerEvent(await newDatabase(server, 'many'), folder, MANY);
  const say = (n: number) => n.toFixed(2);
  return [
    {
      what: 'intake, Postgres: rows read and written per event, with 1,000,000 developers / with 10,000',
      measured: `${say(many.rows / few.rows)} × (${say(many.rows)} / ${say(few.rows)} rows; ${say(many.blocks)} / ${say(few.blocks)} blocks)`,
      limit: `< ${MOST_TIMES} ×`,
      reached: many.rows / few.rows < MOST_TIMES,
    },
  ];
}

interface Touches {
  rows: number;
  blocks: number;
}

async function touchesPerEvent(url: string, folder: string, developers: number): Promise<Touches> {
  const env = { DATA_DIR: folder, DATABASE_URL: url, LOG_LEVEL: 'error' };
  const portal = await openPortal({ config: parseConfig(env), log: createLog('error') });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await populate(client, developers);
    const store = createUsageStore(portal.ctx, portal.definition);
    const before = await readTouches(client);
    for (let n = 0; n < BATCHES; n += 1) await store(makeCalls(n, developers));
    const after = await readTouches(client);
    const events = BATCHES * BATCH;
    return { rows: (after.rows - before.rows) / events, blocks: (after.blocks - before.blocks) / events };
  } finally {
    await client.end();
    await portal.close();
  }
}

/** Developers with a key each, of whom something is known already. */
async function populate(client: pg.Client, developers: number): Promise<void> {
  const now = Date.now();
  const series = `from generate_series(0, ${developers - 1}) as n`;
  await client.query(
    `insert into developer (id, created_at, t0, role) select 'dev_' || n, ${now}, ${now}, 'developer' ${series}`,
  );
  await client.query(
    `insert into credential (developer_id, id, environment, origin, hash, hint, created_at, provisional)
     select 'dev_' || n, 'cred_' || n, 'live', 'own_machine', 'hash_' || n, '…', ${now}, 0 ${series}`,
  );
  await client.query(
    `insert into developer_state (developer_id, revision, definition) select 'dev_' || n, 0, 1 ${series}`,
  );
  // They came long ago: where they stand is known.
  await client.query('delete from journey_due');
  await client.query('analyze');
}

/** Five calls of each of a thousand developers, who are others in every batch. */
function makeCalls(batch: number, developers: number): PendingCall[] {
  const now = Date.now();
  return Array.from({ length: BATCH }, (_, n) => ({
    id: `${batch}-${n}`,
    credentialId: `cred_${((batch * 1_000 + (n % 1_000)) * 7_919) % developers}`,
    receivedAt: now,
    occurredAt: now,
    method: 'GET',
    route: '/v1/messages',
    status: 200,
    ok: null,
    durationMs: 1,
    errorCode: null,
    clue: null,
    client: 'other',
    admitted: true,
    requestId: null,
    source: 'root_1',
    fingerprint: n,
  }));
}

async function readTouches(client: pg.Client): Promise<Touches> {
  // What the portal's own connections did is counted once they are idle for a moment, and read afresh.
  await client.query('select pg_sleep(1.5), pg_stat_clear_snapshot()');
  const { rows } = await client.query<{ rows: string; blocks: string }>(`
    select (select sum(seq_tup_read + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables) as rows,
      (select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0)) from pg_statio_user_tables) as blocks`);
  return { rows: Number(rows[0]?.rows), blocks: Number(rows[0]?.blocks) };
}
