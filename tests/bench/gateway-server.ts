import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config.ts';
import { issueCredential } from '../../src/features/credentials/issue-credential.ts';
import { createPortalHandler } from '../../src/http/portal-handler.ts';
import { listen } from '../../src/http/server.ts';
import type { Upstream } from '../../src/http/upstream.ts';
import { createLog } from '../../src/log.ts';
import { openPortal } from '../../src/portal.ts';
import { freePort } from '../support/free-port.ts';

// A process of its own, so that the load does not share its thread. Tells its parent where it is and, at the end,
// what it stored.

const KEYS = 50;
const BODY = '{"id":"msg_1","status":"delivered"}';
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': BODY.length };

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
const constant: Upstream = {
  description: 'a constant',
  forward: (_, res) => void res.writeHead(200, HEADERS).end(BODY),
  inbox: null,
  close: async () => {},
};
/** The same server, the same answer, nothing between: what the gateway is measured against. */
const { stop } = await listen(config, createPortalHandler(portal, constant), (_, res) =>
  res.writeHead(200, HEADERS).end(BODY),
);

const secrets: string[] = [];
for (let n = 0; n < KEYS; n += 1) {
  const issued = await issueCredential(portal.ctx, portal.verifier, {
    developerId: null,
    origin: 'own_machine',
    pageAgeMs: undefined,
  });
  secrets.push(issued.secret);
}
process.send?.({ url: `http://127.0.0.1:${port}`, secrets });

process.once('message', async () => {
  await portal.usage.flushed();
  const { n } = await portal.ctx.db
    .selectFrom('usage_event')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  await stop(100);
  await portal.close();
  rmSync(folder, { recursive: true, force: true });
  process.send?.({ stored: n });
  process.disconnect();
});
