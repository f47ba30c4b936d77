import { generateKey } from '../../src/features/credentials/key-format.ts';
import { countQueries } from '../support/count-queries.ts';
import { startBenchPortal } from './bench-portal.ts';
import type { Row } from './table.ts';

const REQUESTS = 1_000;

/** Counts statements, so a busy machine does not matter. What a hot key did is stored in batches, beside the request. */
export async function benchQueries(): Promise<Row[]> {
  // The built-in API has a limit of its own, which would be in the way.
  const { url, portal, stop } = await startBenchPortal((_, res) => void res.writeHead(200).end());
  try {
    return await count(url, portal.usage.flushed, countQueries(portal.ctx.db));
  } finally {
    await stop();
  }
}

async function count(
  url: string,
  flushed: () => Promise<void>,
  queries: { take(): string[] },
): Promise<Row[]> {
  const { secret } = await (await fetch(`${url}/api/credentials`, { method: 'POST' })).json();
  await call(url, secret, 200);
  await flushed();
  queries.take();
  // Somebody else's key has to be looked up: proof that looking up would be counted.
  await call(url, generateKey('fc', 'test'), 401);
  if (queries.take().length === 0) throw new Error('the counter does not see queries');

  // Garbage that looks like nothing, and garbage that is a key but for its checksum.
  for (let n = 0; n < REQUESTS; n += 1) {
    await call(url, n % 2 ? `garbage${n}` : generateKey('fc', 'test').replace(/.$/, '-'), 401);
  }
  const garbage = queries.take();
  for (let n = 0; n < REQUESTS; n += 1) await call(url, secret, 200);
  await flushed();
  return [row('malformed keys', garbage.length), row('a hot key', queries.take().length)];
}

async function call(url: string, key: string, status: number): Promise<void> {
  const response = await fetch(`${url}/v1/messages`, { headers: { Authorization: `Bearer ${key}` } });
  await response.body?.cancel();
  if (response.status !== status) throw new Error(`expected ${status} and got ${response.status}`);
}

function row(whose: string, n: number): Row {
  return {
    what: `queries: ${REQUESTS.toLocaleString('en')} requests with ${whose}`,
    measured: String(n),
    limit: '0',
    reached: n === 0,
  };
}
