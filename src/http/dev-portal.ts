import { sayWhatItIs } from '../cli/say-what-it-is.ts';
import { parseConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { openPortal, type Portal } from '../portal.ts';
import { chooseUpstream, createPortalHandler, type PortalHandler } from './portal-handler.ts';

interface Running {
  portal: Portal;
  handler: PortalHandler;
}

/** Where the module before an edit left its portal, and where pages find theirs: modules are replaced, this stays. */
const shared = globalThis as typeof globalThis & { firstcallInDev?: Promise<Running> };

async function start(previous: Promise<Running> | undefined): Promise<Running> {
  await (await previous?.catch(() => undefined))?.portal.close();
  const config = parseConfig(process.env);
  const portal = await openPortal({ config, log: createLog(config.logLevel) });
  const upstream = chooseUpstream(portal);
  if (!previous) await sayWhatItIs(portal, upstream);
  return { portal, handler: createPortalHandler(portal, upstream) };
}

const running = start(shared.firstcallInDev);
shared.firstcallInDev = running;

export async function handleInDev(...[req, res, next]: Parameters<PortalHandler>): Promise<void> {
  const { handler } = await running;
  handler(req, res, next);
}
