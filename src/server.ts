import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { leaveWhenAsked } from './cli/leave.ts';
import { sayWhatItIs } from './cli/say-what-it-is.ts';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { clientAddress } from './http/client-address.ts';
import { withDemoBanner } from './http/demo-banner.ts';
import type { NodeHandler } from './http/gateway.ts';
import { chooseUpstream, createPortalHandler } from './http/portal-handler.ts';
import {
  contentSecurityPolicy,
  readInlineScriptHashes,
  WEBCONTAINER_FRAMES,
} from './http/security-headers.ts';
import { listen } from './http/server.ts';
import { staticFiles } from './http/static-files.ts';
import { createLog } from './log.ts';
import { openPortal, type Portal } from './portal.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

type AstroHandler = (
  ...args: [...Parameters<NodeHandler>, () => void, Pick<App.Locals, 'portal' | 'clientAddress'>]
) => Promise<void>;

/** Static files, then the pages Astro renders on demand. */
async function createPages(portal: Portal, config: Config): Promise<NodeHandler> {
  const hashes = readInlineScriptHashes(DIST);
  const https = config.publicUrl.startsWith('https:');
  const page = contentSecurityPolicy(hashes, https);
  const frames = config.sandboxEngines.includes('webcontainer') ? WEBCONTAINER_FRAMES : [];
  const workspace = contentSecurityPolicy(hashes, https, frames);
  const files = staticFiles(join(DIST, 'client'), { page, workspace });
  const { handler } = (await import(pathToFileURL(join(DIST, 'server/entry.mjs')).href)) as {
    handler: AstroHandler;
  };
  const notFound = readFileSync(join(DIST, 'client/404.html'));
  return (req, res) =>
    files(req, res, () => {
      res.setHeader('Content-Security-Policy', page);
      void handler(req, res, () => sendPage(res, 404, notFound), {
        portal,
        clientAddress: clientAddress(req, config),
      });
    });
}

function sendPage(res: ServerResponse, status: number, html: Buffer): void {
  res
    .writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' })
    .end(html);
}

/** Starts the portal; throws when the configuration, the database or the port stands in the way. */
async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const log = createLog(config.logLevel);
  const portal = await openPortal({ config, log });
  const upstream = chooseUpstream(portal);
  const pages = await createPages(portal, config);
  const shown = portal.isDemo ? withDemoBanner(pages) : pages;
  const server = await listen(config, createPortalHandler(portal, upstream), shown);
  leaveWhenAsked({ portal, upstream, server });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));

  await sayWhatItIs(portal, upstream);
}

/** One sentence for whoever started the portal, without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: String(error) };
  const port = process.env.PORT || '4321';
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what uses it, or start with PORT=<another>.`;
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user: start with PORT=<one above 1024>.`;
  if (code === 'ERR_SQLITE_ERROR') {
    return `The database in DATA_DIR (${process.env.DATA_DIR || './data'}) cannot be written: ${message}. Check that the folder and the file belong to this user.`;
  }
  if (/^(ECONN|ENOTFOUND|ETIMEDOUT|28|3D)/.test(String(code)))
    return `DATABASE_URL cannot be reached: ${message}.`;
  return message;
}

main().catch((error: unknown) => {
  console.error(`error: ${explain(error)}`);
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  process.exit(1);
});
