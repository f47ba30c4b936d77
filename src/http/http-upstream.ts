import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Agent, errors } from 'undici';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { limitedBody } from './body-limit.ts';
import { sendProblem } from './problem.ts';
import { type ForwardedCall, forwardedHeaders, type Upstream } from './upstream.ts';

/** RFC 9110, 7.6.1: these speak of one connection, and undici writes its own. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
]);

/** An API reached over HTTP. Requests and answers are streamed, and nothing is ever sent twice. */
export function createHttpUpstream(ctx: Context, base: string): Upstream {
  const { config } = ctx;
  const target = new URL(base);
  const agent = new Agent({
    headersTimeout: config.upstreamTimeoutMs,
    bodyTimeout: config.upstreamTimeoutMs,
    connect: { timeout: Math.min(config.upstreamTimeoutMs, 5_000) },
  });
  return {
    description: `${target.origin}${target.pathname === '/' ? '' : target.pathname}`,
    forward(req, res, call) {
      stream(agent, config, target, req, res, call).catch((error: unknown) => {
        if (!res.destroyed) sendProblem(res, config, upstreamFailure(ctx, error, call), call.requestId);
      });
    },
    inbox: null,
    close: () => agent.close(),
  };
}

async function stream(
  agent: Agent,
  config: Config,
  target: URL,
  req: IncomingMessage,
  res: ServerResponse,
  call: ForwardedCall,
): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const declared = req.headers['content-length'] !== undefined;
  const chunked = req.headers['transfer-encoding'] !== undefined;
  await agent.stream(
    {
      origin: target.origin,
      path: `${target.pathname.replace(/\/$/, '')}${req.url}`,
      method: (req.method ?? 'GET') as 'GET',
      headers: requestHeaders(config, req, call),
      body: declared ? req : chunked ? Readable.from(limitedBody(req, config.maxBodyBytes)) : null,
      signal: gone.signal,
      responseHeaders: 'raw',
    },
    ({ statusCode, headers }) => {
      res.writeHead(statusCode, responseHeaders(headers as unknown as string[]));
      return res;
    },
  );
}

function requestHeaders(config: Config, req: IncomingMessage, call: ForwardedCall): string[] {
  const headers = withoutHopByHop(forwardedHeaders(req.rawHeaders, call));
  if (config.upstreamAuthorization) headers.push('Authorization', config.upstreamAuthorization);
  headers.push(
    'X-Forwarded-For',
    call.clientAddress,
    'X-Forwarded-Proto',
    new URL(config.publicUrl).protocol.slice(0, -1),
  );
  if (req.headers.host) headers.push('X-Forwarded-Host', req.headers.host);
  return headers;
}

/** The gateway speaks for itself where CORS is concerned: two values of one of these headers make browsers refuse both. */
function responseHeaders(raw: readonly (string | Buffer)[]): string[] {
  const headers = withoutHopByHop(raw.map(String));
  return headers.filter((_, at) => !/^access-control-/i.test(headers[at - (at % 2)] ?? ''));
}

function withoutHopByHop(headers: readonly string[]): string[] {
  return headers.filter((_, at) => !HOP_BY_HOP.has((headers[at - (at % 2)] ?? '').toLowerCase()));
}

function upstreamFailure(ctx: Context, error: unknown, call: ForwardedCall): AppError {
  if (error instanceof AppError) return error;
  ctx.log.warn({ err: error, requestId: call.requestId }, 'the upstream failed');
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new AppError(
      504,
      'upstream_timeout',
      `The API behind this gateway did not answer within ${ctx.config.upstreamTimeoutMs / 1_000} s. The request may have been carried out; look before you repeat it.`,
    );
  }
  return new AppError(
    502,
    'upstream_unreachable',
    'The API behind this gateway could not be reached. Your key was accepted and the request was not carried out; try again in a moment.',
    { 'Retry-After': '5' },
  );
}
