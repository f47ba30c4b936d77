import { createServer, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { NodeHandler } from './gateway.ts';
import { isUnder, type PortalHandler } from './portal-handler.ts';
import { toProblem } from './problem.ts';

const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 120_000;
/** Whoever sends the largest body may be as slow as this, 512 kbit/s. */
const SLOWEST_BYTES_PER_MS = 64;
const KEEP_ALIVE_MS = 65_000;

export interface PortalServer {
  server: Server;
  /** Goes on answering, and asks every caller to use another connection the next time. */
  drain(): void;
  /** Takes no new requests, lets those under way finish within `graceMs`, then ends the rest. */
  stop(graceMs: number): Promise<void>;
}

/** Rejects with the system's error when the port cannot be had. */
export async function listen(
  config: Config,
  handler: PortalHandler,
  pages: NodeHandler,
): Promise<PortalServer> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: Math.max(REQUEST_TIMEOUT_MS, Math.ceil(config.maxBodyBytes / SLOWEST_BYTES_PER_MS)),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A request without a body then costs no stream. Newer than the types.
    ...{ optimizeEmptyRequests: true },
  });
  // Node would say "go on" before anybody has looked whether the body is wanted.
  server.on('checkContinue', (req, res) => {
    if (!isUnder(req.url ?? '/', config.apiPrefix)) res.writeContinue();
    server.emit('request', req, res);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerBrokenRequest(config, error, socket as Socket),
  );
  const answers = latestAnswers(server);
  let draining = false;
  server.on('request', (req, res) => {
    // Node reads nothing more from a connection on which somebody asked for another protocol.
    if (draining || req.headers.upgrade !== undefined) res.setHeader('Connection', 'close');
    answers.note(res);
    handler(req, res, () => pages(req, res));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const drain = () => {
    draining = true;
    for (const res of answers.underWay()) if (!res.headersSent) res.setHeader('Connection', 'close');
  };
  return {
    server,
    drain,
    stop(graceMs) {
      drain();
      // The headers of some may have promised that their connection stays open, and nothing else ends it then.
      for (const res of answers.underWay())
        res.once('close', () => setImmediate(() => server.closeIdleConnections()));
      return stop(server, graceMs);
    },
  };
}

/**
 * The answers under way, by their connections. A set of them would be quicker to write and slower to run: one that
 * changes with every call leaves old copies of itself, through which the garbage collector keeps each answer for long.
 */
function latestAnswers(server: Server) {
  const connections = new Set<Socket>();
  const latest = new WeakMap<Socket, ServerResponse>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return {
    note: (res: ServerResponse) => void latest.set(res.req.socket, res),
    underWay: () =>
      [...connections].flatMap((socket) => latest.get(socket) ?? []).filter((res) => !res.destroyed),
  };
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
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
  const answer = explainBroken(error.code);
  const body = JSON.stringify(toProblem(config, answer, 'none'));
  socket.end(
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function explainBroken(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new AppError(
      431,
      'headers_too_large',
      `The headers are longer than ${MAX_HEADER_BYTES} bytes together. Send shorter ones.`,
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AppError(
      408,
      'request_timeout',
      'The request did not arrive in time. Send it again, faster or in parts.',
    );
  }
  return new AppError(
    400,
    'invalid_request',
    'This is not a request that HTTP allows, so it could not be read.',
  );
}
