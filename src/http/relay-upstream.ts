import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createRelay } from '../../sandbox/api/relay.ts';
import type { Context } from '../context.ts';
import { watchFailure } from './error-code.ts';
import { setHeaders } from './header-list.ts';
import {
  CALLER_HEADERS,
  callerHeaders,
  type ForwardedCall,
  forwardedHeaders,
  NOT_FORWARDED,
  type Upstream,
} from './upstream.ts';

const RELAY_PREFIX = '/v1';
const INBOX_SIZE = 20;

/** Relay in this process: it is handed the very request, with the caller's headers in place of the key. */
export function createRelayUpstream(ctx: Context): Upstream {
  const relay = createRelay({
    now: ctx.now,
    errorsUrl: `${ctx.config.publicUrl}/guides/errors/`,
    onError: (error) => ctx.log.error({ err: error }, 'relay failed'),
  });
  const listen = getRequestListener(
    async (request, env) => {
      const response = await relay.fetch(request);
      if (response.status >= 400 && 'outgoing' in env) watchFailure(env.outgoing as ServerResponse);
      return response;
    },
    { overrideGlobalObjects: false },
  );
  return {
    description: 'Relay, the built-in API',
    forward(req, res, call) {
      setHeaders(res, call.headers);
      replaceHeaders(req, call);
      req.url = RELAY_PREFIX + (req.url ?? '').slice(ctx.config.apiPrefix.length);
      void listen(req, res);
    },
    async inbox(developerId) {
      const request = new Request(`http://relay${RELAY_PREFIX}/messages?limit=${INBOX_SIZE}`, {
        headers: { [CALLER_HEADERS.developer]: developerId },
      });
      const answer = (await (await relay.fetch(request)).json()) as { data?: unknown[] };
      return answer.data ?? [];
    },
    close: async () => {},
  };
}

/** The adapter reads single headers from the parsed ones and all of them from the raw list, so both must agree. */
function replaceHeaders(req: IncomingMessage, call: ForwardedCall): void {
  const { headers } = req;
  for (const name of NOT_FORWARDED) delete headers[name];
  for (const [name, value] of callerHeaders(call)) headers[name.toLowerCase()] = value;
  req.rawHeaders = forwardedHeaders(req.rawHeaders, call);
}
