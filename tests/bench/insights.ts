import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import { CompiledQuery } from 'kysely';
import { parseConfig } from '../../src/config.ts';
import { isPostgres } from '../../src/db/json-rows.ts';
import { migrate } from '../../src/db/migrate.ts';
import { connect } from '../../src/db/open.ts';
import { RowBatch } from '../../src/db/row-batch.ts';
import { mulberry32 } from '../../src/features/demo/random.ts';
import { createLog } from '../../src/log.ts';
import { startOwnPortal } from '../e2e/support/own-portal.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { newDatabase, withFolder } from './intake.ts';
import { median, quantile, type Row } from './table.ts';

/** `INSIGHTS_DEVELOPERS=100000` for a quicker look. */
const DEVELOPERS = Number(process.env.INSIGHTS_DEVELOPERS ?? 1_000_000);
const AT_ONCE = 10_000;
/** Long enough for figures to be made anew in between. */
const LOOKING_MS = 75_000;
const BETWEEN_MS = 300;
const DAY = 86_400_000;
const SPAN_DAYS = 180;
const MOST_KB = 60;

const PAGES = [
  { name: 'overview', path: '/insights', mostMs: 100 },
  { name: 'funnel', path: '/insights/funnel', mostMs: 100 },
  { name: 'time to first call by channel', path: '/insights/time-to-first-call?by=channel', mostMs: 100 },
  { name: 'cohorts', path: '/insights/cohorts', mostMs: 100 },
  { name: 'stalled developers', path: '/insights/developers?idle=48', mostMs: 20 },
  { name: 'one developer', path: `/insights/developers/${idOf(Math.floor(DEVELOPERS / 2))}`, mostMs: 30 },
];

/** Pages of figures over a portal of many developers, from the request to the last byte. */
export async function benchInsights(): Promise<Row[]> {
  const rows = await withFolder((folder) => measure('SQLite', { DATA_DIR: folder }));
  const postgres = await startPostgres({ durable: true });
  if (!postgres) throw new Error('there are no Postgres binaries (initdb, postgres)');
  try {
    const url = await newDatabase(postgres.url, 'insights');
    rows.push(
      ...(await withFolder((folder) => measure('Postgres', { DATA_DIR: folder, DATABASE_URL: url }))),
    );
  } finally {
    await postgres.stop();
  }
  return rows;
}

async function measure(database: string, env: Record<string, string>): Promise<Row[]> {
  await fill(env);
  const portal = await startOwnPortal(env);
  try {
    const entered = await fetch(portal.adminLink, { redirect: 'manual' });
    const cookie = entered.headers.getSetCookie().map((one) => one.split(';')[0]);
    const headers = { Cookie: cookie.join('; ') };
    const get = async (path: string) => {
      const startedAt = performance.now();
      const answer = await fetch(portal.url + path, { headers });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
      return { ms: performance.now() - startedAt, text };
    };
    const title = `insights, ${database}, ${DEVELOPERS.toLocaleString('en')} developers:`;
    const loaded = await get('/insights');
    const rows: Row[] = [
      {
        what: `${title} first page, asked for right after a start`,
        measured: `${loaded.ms.toFixed(0)} ms`,
        limit: '',
        reached: null,
      },
    ];
    const times = new Map<string, number[]>();
    for (const { path } of PAGES) times.set(path, [(await get(path)).ms]);
    const end = performance.now() + LOOKING_MS;
    while (performance.now() < end) {
      for (const { path } of PAGES) {
        times.get(path)?.push((await get(path)).ms);
        await pause(BETWEEN_MS);
      }
    }
    for (const { name, path, mostMs } of PAGES) {
      const [first = 0, ...later] = times.get(path) ?? [];
      const p95 = quantile(later, 0.95);
      rows.push({
        what: `${title} ${name}, p95 of ${later.length} in ${LOOKING_MS / 1_000} s`,
        measured: `${p95.toFixed(0)} ms (median ${median(later).toFixed(0)}, most ${Math.max(...later).toFixed(0)}; the first ${first.toFixed(0)})`,
        limit: `≤ ${mostMs} ms`,
        reached: p95 <= mostMs,
      });
    }
    return database === 'SQLite' ? [...rows, await weigh(get)] : rows;
  } finally {
    await portal.close();
  }
}

/** The page with its styles and scripts as they would be sent compressed. It works without the scripts. */
async function weigh(get: (path: string) => Promise<{ text: string }>): Promise<Row> {
  const { text } = await get('/insights');
  const links = [...text.matchAll(/<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"/g)];
  const files = await Promise.all(links.map(async ([, address = '']) => (await get(address)).text));
  const bodies = [text, ...files];
  const kilobytes = bodies.reduce((sum, body) => sum + brotliCompressSync(body).length, 0) / 1_000;
  return {
    what: 'insights: the overview with its styles and scripts, compressed',
    measured: `${kilobytes.toFixed(1)} KB`,
    limit: `≤ ${MOST_KB} KB`,
    reached: kilobytes <= MOST_KB,
  };
}

function idOf(n: number): string {
  return `dev_${String(n).padStart(20, '0')}`;
}

const COLUMNS = [
  'developer_id',
  'place',
  'revision',
  't0',
  'visited_at',
  'goal_at',
  'credential_at',
  'run_at',
  'first_call_at',
  'own_machine_at',
  'claimed_at',
  'live_at',
  'channel',
  'occupation',
  'goal',
  'language',
  'actor',
  'excluded',
  'stage',
  'progressed_at',
  'active_at',
  'last_event',
  'error_code',
];

/** Developers with a row each in the tables that the pages read, as the portal itself would have made them. */
async function fill(env: Record<string, string>): Promise<void> {
  const log = createLog('error');
  const { db } = connect(parseConfig({ LOG_LEVEL: 'error', ...env }), log);
  const begin = Date.now() - SPAN_DAYS * DAY;
  const places = COLUMNS.map(() => '?').join(', ');
  const text = isPostgres(db)
    ? `copy journey (${COLUMNS.join(', ')}) from stdin`
    : `insert into journey (${COLUMNS.join(', ')}) values (${places})`;
  try {
    await migrate(db);
    for (let from = 0; from < DEVELOPERS; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, DEVELOPERS - from);
      const rows = Array.from({ length: count }, (_, n) => makeUp(from + n, begin));
      await db.transaction().execute((tx) => tx.executeQuery(CompiledQuery.raw(text, [new RowBatch(rows)])));
    }
    for (const statement of AFTERWARDS) await db.executeQuery(CompiledQuery.raw(statement));
  } finally {
    await db.destroy();
  }
}

const AFTERWARDS = [
  `insert into developer (id, created_at, t0, first_visit_at, role, claimed_at)
   select developer_id, t0, t0, visited_at, 'developer', claimed_at from journey`,
  `insert into developer_state (developer_id, revision, definition, calls, excluded_calls, last_call_at)
   select developer_id, 1, 1, 1, 0, active_at from journey where first_call_at is not null`,
  // They are as they should be.
  'delete from journey_due',
  'analyze',
];

const pick = <T>(values: readonly T[], draw: number): T | undefined =>
  values[Math.floor(draw * values.length)];

function makeUp(n: number, begin: number): (string | number | null)[] {
  const next = mulberry32(n);
  const t0 = Math.floor(begin + (n / DEVELOPERS) * SPAN_DAYS * DAY);
  const far = next();
  /** One in ten takes the steps in any order. */
  const isInOrder = next() < 0.9;
  let last = t0;
  const after = (share: number, days: number) => {
    if (far >= share) return null;
    const at = Math.floor((isInOrder ? last : t0) + next() ** 4 * days * DAY);
    last = Math.max(last, at);
    return at;
  };
  const times = [
    after(1, 0),
    after(0.8, 0.1),
    after(0.75, 0.2),
    after(0.6, 0.5),
    after(0.4, 20),
    after(0.3, 5),
    after(0.2, 5),
    after(0.08, 10),
  ].map((at) => (at !== null && at > Date.now() ? null : at));
  const stage = times.findLastIndex((at) => at !== null);
  const progressed = Math.max(t0, ...times.map((at) => at ?? t0));
  return [
    idOf(n),
    n,
    n + 1,
    t0,
    ...times,
    pick(['search', 'github', 'referral', 'ads', 'event', 'partner'], next()) ?? null,
    pick(['backend', 'frontend', 'data', 'founder', 'student'], next()) ?? null,
    pick(['alerts', 'product', 'agent', 'looking'], next()) ?? null,
    pick(['typescript', 'python', 'curl'], next()) ?? null,
    next() < 0.1 ? 'agent' : 'human',
    next() < 0.01 ? 'bot' : null,
    Math.max(0, stage),
    progressed,
    Math.min(Date.now(), Math.floor(progressed + next() * 3 * DAY)),
    'call',
    next() < 0.3 ? 'invalid_token' : null,
  ];
}
