import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config.ts';
import { generateKey } from '../../src/features/credentials/key-format.ts';
import { createPortalHandler } from '../../src/http/portal-handler.ts';
import { listen } from '../../src/http/server.ts';
import type { Upstream } from '../../src/http/upstream.ts';
import { createLog } from '../../src/log.ts';
import { openPortal } from '../../src/portal.ts';
import { countQueries } from '../support/count-queries.ts';
import { freePort } from '../support/free-port.ts';
import type { Row } from './table.ts';

const REQUESTS = 1_000;
/** The built-in API has a limit of its own, which would be in the way. */
const CONSTANT: Upstream = {
  description: 'a constant',
  forward: (_, res) => void res.writeHead(200).end(),
  inbox: null,
  close: async () => {},
};

/** Counts statements, so a busy machine does not matter. What a hot key did is stored in batches, beside the request. */
export async function benchQueries(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-bench-'));
  const port = await freePort();
  const config = parseConfig({
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_SECOND: '1000000',
  });
  const portal = await openPortal({ config, log: createLog(config.logLevel) });
  const { stop } = await listen(config, createPortalHandler(portal, CONSTANT), (_, res) => res.end());
  try {
    return await count(`http://127.0.0.1:${port}`, portal.usage.flushed, countQueries(portal.ctx.db));
  } finally {
    await stop(100);
    await portal.close();
    rmSync(folder, { recursive: true, force: true });
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
