import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { NodeHandler } from './gateway.ts';
import type { PortalHandler } from './portal-handler.ts';
import { toProblem } from './problem.ts';

const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_MS = 65_000;

export interface PortalServer {
  server: Server;
  /** Takes no new requests, lets those under way finish within `graceMs`, then ends the rest. */
  stop(graceMs: number): Promise<void>;
}

/** Rejects with the system's error when the port cannot be had. */
export async function listen(
  config: Config,
  handler: PortalHandler,
  pages: NodeHandler,
): Promise<PortalServer> {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (req, res) => handler(req, res, () => pages(req, res)),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerBrokenRequest(config, error, socket as Socket),
  );
  const streams = new Set<ServerResponse>();
  server.on('request', (_, res) => {
    streams.add(res);
    res.once('close', () => streams.delete(res));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { server, stop: (graceMs) => stop(server, streams, graceMs) };
}

async function stop(server: Server, streams: Set<ServerResponse>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  for (const res of streams) {
    // An event stream never ends by itself; the page connects again, to whoever answers then.
    if (String(res.getHeader('content-type')).startsWith('text/event-stream')) res.destroy();
    else if (!res.headersSent) res.setHeader('Connection', 'close');
  }
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs).unref();
  await closed;
  clearTimeout(deadline);
}

/** Node could not read the request, so there is no response object to answer with. */
function answerBrokenRequest(config: Config, error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || socket.writableLength > 0) {
    socket.destroy();
    return;
  }
  const overflow = error.code === 'HPE_HEADER_OVERFLOW';
  const answer = overflow
    ? new AppError(
        431,
        'headers_too_large',
        `The headers are longer than ${MAX_HEADER_BYTES} bytes together. Send shorter ones.`,
      )
    : new AppError(
        400,
        'invalid_request',
        'This is not a request that HTTP allows, so it could not be read.',
      );
  const body = JSON.stringify(toProblem(config, answer, 'none'));
  const status = overflow ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
