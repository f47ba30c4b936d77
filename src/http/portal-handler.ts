import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Portal } from '../portal.ts';
import { createApp } from './app.ts';
import { createCallLog } from './call-log.ts';
import { clientAddress } from './client-address.ts';
import { countAnswer } from './count-answer.ts';
import { createGateway } from './gateway.ts';
import { createHttpUpstream } from './http-upstream.ts';
import { createRelayUpstream } from './relay-upstream.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { takeStrayCall } from './stray-call.ts';
import type { Upstream } from './upstream.ts';

/** Takes what belongs to the gateway or the portal's API, and hands the rest on. */
export type PortalHandler = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** Beside `/api`: the admin's way in, starters fetched from a terminal, and what programs look for. */
const OWN_DOORS = ['/admin/enter', '/start/', '/.well-known/', '/agent/', '/auth.md'];

/** Bursts of this many seconds' worth are let through at once. */
const BURST_SECONDS = 2;

export function chooseUpstream(portal: Portal): Upstream {
  const { ctx } = portal;
  return ctx.config.upstreamUrl ? createHttpUpstream(ctx, ctx.config.upstreamUrl) : createRelayUpstream(ctx);
}

/** The gateway first, because every API call takes it; then `/api` and the admin's door; the rest are pages. */
export function createPortalHandler(portal: Portal, upstream: Upstream): PortalHandler {
  const { config } = portal.ctx;
  const https = config.publicUrl.startsWith('https:');
  const ownHost = new URL(config.publicUrl).host;
  const keyLimit = portal.limits.limit('calls', {
    quota: config.rateLimitPerSecond * BURST_SECONDS,
    windowSeconds: BURST_SECONDS,
  });
  const gateway = createGateway({ ...portal, upstream, keyLimit });
  const strayCalls = createCallLog(portal);
  const app = createApp(portal, { upstream, keyLimit });
  const listen = getRequestListener(
    (request, env) =>
      app.fetch(request, {
        clientAddress: 'incoming' in env ? clientAddress(env.incoming as IncomingMessage, config) : '',
        incoming: 'incoming' in env ? (env.incoming as IncomingMessage) : undefined,
        outgoing: 'outgoing' in env ? (env.outgoing as ServerResponse) : undefined,
      }),
    // The rest of the process, Astro among it, keeps Node's own Request.
    { overrideGlobalObjects: false },
  );

  return (req, res, next) => {
    const url = req.url ?? '/';
    if (isUnder(url, config.apiPrefix)) {
      countAnswer(portal.metrics, 'gateway', res);
      return gateway(req, res);
    }
    const own = isUnder(url, '/api') || OWN_DOORS.some((door) => url.startsWith(door));
    countAnswer(portal.metrics, own ? 'api' : 'page', res);
    setSecurityHeaders(res, https);
    if (takeStrayCall(portal.ctx, strayCalls, req, res)) return;
    if (own) {
      // HTTP/1.0 has no Host, and some balancers ask so whether the portal is ready.
      req.headers.host ??= ownHost;
      return void listen(req, res);
    }
    next();
  };
}

/** `/v1` and `/v1/…` and `/v1?…`, but not `/v10`. */
export function isUnder(url: string, prefix: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const next = url[prefix.length];
  return next === undefined || next === '/' || next === '?';
}
