import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort } from '../support/free-port.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { countStored, prepareGround } from '../support/usage-ground.ts';
import { createSenders } from '../support/usage-senders.ts';
import { insertBarely } from './bare-inserts.ts';
import { countTouches } from './intake-touches.ts';
import { median, quantile, type Row } from './table.ts';

const DEVELOPERS = 1_000;
const SENDERS = 50;
const BATCH = 100;
const ROUNDS = 3;
/** `INTAKE_SECONDS=600` for the ten minutes of the target. */
const SECONDS = Number(process.env.INTAKE_SECONDS ?? 10);
const WARM_MS = 2_000;
const LIMIT = { SQLite: 60_000, Postgres: 30_000 };
const P99_MS = 500;

type DatabaseName = keyof typeof LIMIT;
type Env = Record<string, string>;

/**
 * Reports of 100 events over HTTP, each with its own id, deduplicated, stored and folded, answered after the fsync;
 * against the bare database, which is given the same rows in the same tables by one loop and does nothing else.
 */
export async function benchIntake(): Promise<Row[]> {
  const rows = await withFolder((folder) => measure('SQLite', { DATA_DIR: folder }));
  const postgres = await startPostgres({ durable: true });
  if (!postgres) throw new Error('there are no Postgres binaries (initdb, postgres)');
  try {
    rows.push(
      ...(await withFolder(async (folder) =>
        measure('Postgres', { DATA_DIR: folder, DATABASE_URL: await newDatabase(postgres.url, 'intake') }),
      )),
      ...(await withFolder(async (folder) => countTouches(postgres.url, folder))),
    );
  } finally {
    await postgres.stop();
  }
  return rows;
}

async function measure(database: DatabaseName, env: Env): Promise<Row[]> {
  const ground = await prepareGround(env, { developers: DEVELOPERS, rootKeys: 5 });
  const bare: number[] = [];
  const rates: number[] = [];
  const ratios: number[] = [];
  const latencies: number[] = [];
  let acknowledged = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await insertBarely(database, env, SECONDS / 2);
    const portal = await startPortal(env);
    const senders = createSenders({
      ...ground,
      url: portal.url,
      senders: SENDERS,
      batch: BATCH,
      run: `run${round}`,
    });
    senders.start();
    await new Promise((resolve) => setTimeout(resolve, WARM_MS));
    const [count, startedAt] = [senders.counts.acknowledged, performance.now()];
    senders.counts.latencies.length = 0;
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
    rates.push(((senders.counts.acknowledged - count) / (performance.now() - startedAt)) * 1_000);
    latencies.push(...senders.counts.latencies);
    await senders.stop();
    acknowledged += senders.counts.acknowledged;
    await portal.stop();
    const after = await insertBarely(database, env, SECONDS / 2);
    bare.push(median([before, after]));
    ratios.push((rates.at(-1) ?? 0) / (bare.at(-1) ?? 1));
  }
  const counted = await countStored(env);
  const once = Object.values(counted).every((n) => n === acknowledged);
  const p99 = quantile(latencies, 0.99);
  return [
    {
      what: `intake, ${database}: events per second in batches of ${BATCH} from ${SENDERS} senders, with dedupe and state`,
      measured: `${median(rates).toFixed(0)} (${rates.map((n) => n.toFixed(0)).join(', ')})`,
      limit: `≥ ${LIMIT[database]}`,
      reached: median(rates) >= LIMIT[database],
    },
    {
      what: `intake, ${database}: the same / bare inserts into the same tables, in the same run`,
      measured: `${median(ratios).toFixed(2)} (${ratios.map((n) => n.toFixed(2)).join(', ')}; bare ${median(bare).toFixed(0)} per s)`,
      limit: '',
      reached: null,
    },
    {
      what: `intake, ${database}: time to the answer of a batch, p99`,
      measured: `${p99.toFixed(0)} ms`,
      limit: `≤ ${P99_MS} ms`,
      reached: p99 <= P99_MS,
    },
    {
      what: `intake, ${database}: acknowledged / stored / different ids / counted by day / by developer`,
      measured: [acknowledged, ...Object.values(counted)].join(' / '),
      limit: 'all the same',
      reached: once,
    },
  ];
}

async function startPortal(env: Env): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = fork(fileURLToPath(new URL('../support/fleet-member.ts', import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: url,
      LOG_LEVEL: 'error',
      ...env,
    },
  });
  await once(child, 'message');
  return {
    url,
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** Gives work a folder of its own, which goes with it. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The address of a new database on this server. */
export async function newDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return url.replace(/postgres$/, name);
}
