import { createServer, type RequestListener } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createSocketServer,
  type Server,
  type Socket,
} from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { startPortal, type TestPortal } from './portal.ts';

/** A real HTTP server where the company's API will stand; ends with the test. */
export async function startApi(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return listenOn(server);
}

/** The same, one byte at a time: `talk` is handed each connection. */
export async function startSocketApi(talk: (socket: Socket) => void): Promise<string> {
  const open = new Set<Socket>();
  const server = createSocketServer((socket) => {
    open.add(socket.on('error', () => {}));
    talk(socket);
  });
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });
  return listenOn(server);
}

/** A portal whose gateway stands before that API, and a key for it. */
export async function portalBefore(
  api: string,
  env: Record<string, string> = {},
): Promise<TestPortal & { secret: string; statuses(): Promise<[status: number, code: string | null][]> }> {
  const portal = await startPortal('SQLite', { env: { UPSTREAM_URL: api, ...env } });
  const { secret } = await portal.issueKey();
  return {
    ...portal,
    secret,
    async statuses() {
      await portal.portal.usage.flushed();
      const rows = await portal.portal.ctx.db.selectFrom('usage_event').selectAll().orderBy('id').execute();
      return rows.map(({ status, error_code }) => [status, error_code]);
    },
  };
}

/** Sends exactly these bytes and returns exactly those that came back until the other side closed. */
export async function sayRaw(url: string, said: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(said);
  return text(socket);
}

async function listenOn(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
