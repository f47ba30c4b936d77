import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { Pool } from 'undici';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { limitedBody } from './body-limit.ts';
import { replaceHeaders } from './header-list.ts';
import { hopByHop } from './hop-by-hop.ts';
import { sendProblem } from './problem.ts';
import { ProxiedAnswer } from './proxied-answer.ts';
import { announcesBody } from './unread-body.ts';
import { type ForwardedCall, forwardedHeaders, type Upstream } from './upstream.ts';
import { brokeBeforeAnswer, upstreamFailure } from './upstream-failure.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** May be sent again when the connection breaks before an answer: they ask for nothing to be done (RFC 9110, 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** An API reached over HTTP. Requests and answers are streamed, and nothing that does something is sent twice. */
export function createHttpUpstream(ctx: Context, base: string): Upstream {
  const { config } = ctx;
  const target = new URL(base);
  const pathPrefix = target.pathname.replace(/\/$/, '');
  const pool = new Pool(target.origin, {
    headersTimeout: config.upstreamTimeoutMs,
    bodyTimeout: config.upstreamTimeoutMs,
    connect: { timeout: Math.min(config.upstreamTimeoutMs, CONNECT_TIMEOUT_MS) },
    allowH2: false,
  });
  const moved = { from: target.origin + pathPrefix, to: config.publicUrl };

  function send(req: IncomingMessage, res: ServerResponse, call: ForwardedCall, mayRepeat: boolean): void {
    const answer = new ProxiedAnswer(res, { moved, headers: call.headers }, (error, { sent, begun }) => {
      if (res.destroyed) return;
      if (mayRepeat && sent && !begun && brokeBeforeAnswer(error)) return send(req, res, call, false);
      const failure = upstreamFailure(ctx, error, { requestId: call.requestId, sent });
      if (begun) call.brokenOff?.(failure.code);
      if (!begun) replaceHeaders(res, call.headers);
      sendProblem(res, config, failure, call.requestId);
    });
    pool.dispatch(
      {
        path: pathPrefix + req.url,
        method: (req.method ?? 'GET') as 'GET',
        headers: requestHeaders(config, req, call),
        body: announcesBody(req) ? bodyOf(req, config.maxBodyBytes) : null,
        // Whoever asks for events waits for them, however long nothing happens.
        ...(req.headers.accept?.includes('text/event-stream') && { bodyTimeout: 0 }),
      },
      answer,
    );
  }

  return {
    description: `${target.origin}${pathPrefix}`,
    forward: (req, res, call) => send(req, res, call, SAFE.has(req.method ?? '') && !announcesBody(req)),
    inbox: null,
    close: () => pool.close(),
  };
}

/**
 * Stays open when nobody reads on, so that an API may answer before it has read everything. undici takes any
 * iterable for a body; its types know streams only.
 */
function bodyOf(req: IncomingMessage, limit: number): Readable {
  const body = { [Symbol.asyncIterator]: () => req.iterator({ destroyOnReturn: false }) };
  return limitedBody(body, limit) as AsyncIterable<Uint8Array> as Readable;
}

function requestHeaders(config: Config, req: IncomingMessage, call: ForwardedCall): string[] {
  const headers = forwardedHeaders(req.rawHeaders, call, hopByHop(req.headers.connection));
  if (config.upstreamAuthorization) headers.push('Authorization', config.upstreamAuthorization);
  headers.push(
    'X-Forwarded-For',
    call.clientAddress,
    'X-Forwarded-Proto',
    config.publicUrl.startsWith('https:') ? 'https' : 'http',
  );
  if (req.headers.host) headers.push('X-Forwarded-Host', req.headers.host);
  return headers;
}
