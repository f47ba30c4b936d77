import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config.ts';
import type { NodeHandler } from '../../src/http/gateway.ts';
import { createHttpUpstream } from '../../src/http/http-upstream.ts';
import { createPortalHandler } from '../../src/http/portal-handler.ts';
import { listen } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { openPortal, type Portal } from '../../src/portal.ts';
import { freePort } from '../support/free-port.ts';

export interface BenchPortal {
  url: string;
  portal: Portal;
  stop(): Promise<void>;
}

/**
 * A portal on a new SQLite file, with no limit in the way; `answer` stands for every page and, unless `api` is the
 * address of a real one, for the API.
 */
export async function startBenchPortal(answer: NodeHandler, api?: string): Promise<BenchPortal> {
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
  const upstream = api
    ? createHttpUpstream(portal.ctx, api)
    : { description: 'a constant', forward: answer, inbox: null, close: async () => {} };
  const server = await listen(config, createPortalHandler(portal, upstream), answer);
  return {
    url: `http://127.0.0.1:${port}`,
    portal,
    async stop() {
      await server.stop(100);
      await upstream.close();
      await portal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
