import { onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import type { IssuedCredential } from '../../src/features/credentials/credential-schema.ts';
import type { Progress } from '../../src/features/milestones/progress-schema.ts';
import { chooseUpstream, createPortalHandler } from '../../src/http/portal-handler.ts';
import { listen } from '../../src/http/server.ts';
import type { Upstream } from '../../src/http/upstream.ts';
import { createLog } from '../../src/log.ts';
import { openPortal, type Portal } from '../../src/portal.ts';
import { type DatabaseName, newDatabase } from './database.ts';
import { freePort } from './free-port.ts';

/** Saturday, 21 November 2026, 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 21, 12);
export const HOUR = 3_600_000;

/** A real portal behind a real port, with a clock that only moves when it is told to. */
export interface TestPortal {
  url: string;
  portal: Portal;
  clock: { now: number };
  /** `fetch` on the portal; a body makes it a POST of JSON. */
  call(path: string, options?: CallOptions): Promise<Response>;
  /** A key of a new developer, or of the one whose cookie is given. */
  issueKey(origin?: string, cookie?: string): Promise<IssuedCredential & { cookie: string }>;
  sendMessage(secret: string, options?: CallOptions): Promise<Response>;
  progress(secret: string): Promise<Progress>;
}

export interface CallOptions {
  method?: string;
  key?: string;
  cookie?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface TestPortalOptions {
  env?: Record<string, string>;
  upstream?: (portal: Portal) => Upstream;
}

/** Starts a portal that ends with the test. */
export async function startPortal(
  database: DatabaseName,
  options: TestPortalOptions = {},
): Promise<TestPortal> {
  const data = await newDatabase(database);
  const port = await freePort();
  const config = parseConfig({
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    LOG_LEVEL: 'silent',
    ...data.env,
    ...options.env,
  });
  const clock = { now: NOON };
  const portal = await openPortal({ config, log: createLog(config.logLevel), now: () => clock.now });
  const upstream = (options.upstream ?? chooseUpstream)(portal);
  const { stop } = await listen(config, createPortalHandler(portal, upstream), (_, res) =>
    res.writeHead(404).end(),
  );
  onTestFinished(async () => {
    await stop(100);
    await upstream.close();
    await portal.close();
    await data.drop();
  });
  return { portal, clock, ...client(`http://127.0.0.1:${port}`) };
}

function client(url: string) {
  const call = (path: string, { method, key, cookie, body, headers }: CallOptions = {}) =>
    fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(key && { Authorization: `Bearer ${key}` }),
        ...(cookie && { Cookie: cookie, Origin: url }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    url,
    call,
    async issueKey(origin = 'own_machine', cookie?: string) {
      const response = await call('/api/credentials', { body: { origin }, ...(cookie && { cookie }) });
      if (response.status !== 201) throw new Error(`no key: ${response.status} ${await response.text()}`);
      return { ...((await response.json()) as IssuedCredential), cookie: cookie ?? cookiesOf(response) };
    },
    sendMessage: (secret: string, options: CallOptions = {}) =>
      call('/v1/messages', { key: secret, body: { to: 'ada@example.com', body: 'Hello' }, ...options }),
    async progress(secret: string) {
      return (await (await call('/api/progress', { key: secret })).json()) as Progress;
    },
  };
}

/** What a browser would send back. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
