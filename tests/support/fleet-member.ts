import { parseConfig } from '../../src/config.ts';
import { createPortalHandler } from '../../src/http/portal-handler.ts';
import { listen } from '../../src/http/server.ts';
import type { Upstream } from '../../src/http/upstream.ts';
import { createLog } from '../../src/log.ts';
import { openPortal } from '../../src/portal.ts';

// One portal of several, in a process of its own: tells its parent where it is, and ends with it.

const config = parseConfig(process.env);
const portal = await openPortal({ config, log: createLog(config.logLevel) });
/** The API answers a constant: what is looked at is whether the gateway lets a call through. */
const upstream: Upstream = {
  description: 'a constant',
  forward: (_, res) => void res.end('{}'),
  inbox: null,
  close: async () => {},
};
await listen(config, createPortalHandler(portal, upstream), (_, res) => void res.writeHead(404).end());
process.send?.(config.publicUrl);
process.once('disconnect', () => process.exit(0));
