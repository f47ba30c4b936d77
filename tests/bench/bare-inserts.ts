import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

/** As many events as a round of the portal's holds with 50 senders of 100. */
const ROUND = 5_000;
const DEVELOPERS = 1_000;
const PER_DEVELOPER = 10;
const DAY = 20_000;

type Cell = string | number | null;

interface BareRows {
  ids: Cell[][];
  events: Cell[][];
  days: Cell[][];
}

/**
 * Rows per second that the database takes when nothing is done but inserting them: an id, an event, and a count per
 * developer and round, in tables like the portal's, one transaction and one fsync for 5,000 events.
 */
export async function insertBarely(
  database: 'SQLite' | 'Postgres',
  env: Record<string, string>,
  seconds: number,
): Promise<number> {
  return database === 'SQLite'
    ? insertIntoSqlite(join(env.DATA_DIR ?? '', 'firstcall.db'), seconds)
    : insertIntoPostgres(env.DATABASE_URL ?? '', seconds);
}

function makeRows(round: number): BareRows {
  const rows: BareRows = { ids: [], events: [], days: [] };
  const now = Date.now();
  for (let n = 0; n < ROUND; n += 1) {
    const developer = `dev_${String(Math.floor((round * ROUND + n) / PER_DEVELOPER) % DEVELOPERS).padStart(8, '0')}`;
    const id = `bare-${String(round).padStart(8, '0')}-${String(n).padStart(6, '0')}`;
    rows.ids.push([id, developer, 1_234_567_890, now]);
    rows.events.push([
      developer,
      now,
      id,
      developer.replace('dev', 'cred'),
      'live',
      'own_machine',
      now,
      'POST',
    ]);
    rows.events
      .at(-1)
      ?.push('/v1/messages/{id}', 201, null, 12.5, null, null, 'javascript', `req_${n}`, 'root_1');
    if (n % PER_DEVELOPER === 0) rows.days.push([developer, 'live', DAY, PER_DEVELOPER]);
  }
  return rows;
}

/** As often as fits into the time; returns rows per second. */
async function repeat(seconds: number, insert: (rows: BareRows) => unknown): Promise<number> {
  let spent = 0;
  let rounds = 0;
  while (spent < seconds * 1_000) {
    // Making them up is not the database's work.
    const rows = makeRows(rounds);
    const startedAt = performance.now();
    await insert(rows);
    spent += performance.now() - startedAt;
    rounds += 1;
  }
  return (rounds * ROUND) / (spent / 1_000);
}

const COPIES = { usage_id: 'bare_id', usage_event: 'bare_event', call_day: 'bare_day' };
const ADD_DAY = `on conflict (developer_id, environment, day) do update set calls = bare_day.calls + excluded.calls`;

async function insertIntoSqlite(path: string, seconds: number): Promise<number> {
  const file = new DatabaseSync(path, { timeout: 5_000 });
  file.exec('pragma synchronous = full; pragma cache_size = -65536; pragma wal_autocheckpoint = 16384');
  for (const [table, copy] of Object.entries(COPIES)) {
    const [row] = file.prepare('select sql from sqlite_schema where name = ?').all(table);
    file.exec(`drop table if exists ${copy}`);
    file.exec(String(row?.sql).replace(`"${table}"`, copy));
  }
  const places = (count: number) => new Array(count).fill('?').join(', ');
  const id = file.prepare(`insert into bare_id values (${places(4)}) on conflict do nothing`);
  const event = file.prepare(`insert into bare_event values (${places(17)}) on conflict do nothing`);
  const day = file.prepare(
    `insert into bare_day (developer_id, environment, day, calls, successes, errors, throttled, portal_successes, portal_errors, excluded)
     values (?, ?, ?, ?, 0, 0, 0, 0, 0, 0) ${ADD_DAY}`,
  );
  const rate = await repeat(seconds, (rows) => {
    file.exec('begin immediate');
    for (const row of rows.ids) id.run(...row);
    for (const row of rows.events) event.run(...row);
    for (const row of rows.days) day.run(...row);
    file.exec('commit');
  });
  for (const copy of Object.values(COPIES)) file.exec(`drop table ${copy}`);
  file.close();
  return rate;
}

async function insertIntoPostgres(url: string, seconds: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const [table, copy] of Object.entries(COPIES)) {
    await client.query(`drop table if exists ${copy}`);
    await client.query(`create table ${copy} (like ${table} including all)`);
  }
  const from = (types: string[]) =>
    `select ${types.map((type, at) => `(value ->> ${at})::${type}`).join(', ')} from jsonb_array_elements($1::jsonb) as source(value)`;
  const [text, big, int, real] = ['text', 'bigint', 'integer', 'double precision'];
  const id = `insert into bare_id ${from([text, text, big, big])} on conflict do nothing`;
  const event = `insert into bare_event ${from([text, big, text, text, text, text, big, text, text, int, int, real, text, text, text, text, text])} on conflict do nothing`;
  const day = `insert into bare_day (developer_id, environment, day, calls, successes, errors, throttled, portal_successes, portal_errors, excluded)
    select x.*, 0, 0, 0, 0, 0, 0 from (${from([text, text, int, big])}) as x ${ADD_DAY}`;
  const rate = await repeat(seconds, async (rows) => {
    await client.query('begin');
    await client.query({ name: 'id', text: id, values: [JSON.stringify(rows.ids)] });
    await client.query({ name: 'event', text: event, values: [JSON.stringify(rows.events)] });
    await client.query({ name: 'day', text: day, values: [JSON.stringify(rows.days)] });
    await client.query('commit');
  });
  for (const copy of Object.values(COPIES)) await client.query(`drop table ${copy}`);
  await client.end();
  return rate;
}
