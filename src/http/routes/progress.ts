import { createRoute } from '@hono/zod-openapi';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { AppError } from '../../errors.ts';
import { type ObservedCall, progress } from '../../features/milestones/progress-schema.ts';
import type { Observation } from '../../features/usage/observation-feed.ts';
import type { SeenCall } from '../../features/usage/usage-event.ts';
import { findUnansweredFailure } from '../../features/usage/usage-store.ts';
import type { Portal } from '../../portal.ts';
import type { App, AppParts } from '../app-parts.ts';
import { callersOf, requireProgress, visitorOf } from '../caller.ts';
import { problems } from '../contract.ts';
import { denialError, ROUTES } from '../policy.ts';
import { readKey } from '../read-key.ts';

const contract = createRoute({
  method: 'get',
  path: '/api/progress',
  summary: 'Where a developer stands',
  description:
    'With a key in the Authorization header, or with the session of the page. Milestones are what the server saw; nothing in this API can reach one.',
  security: [{ key: [] }, {}],
  responses: {
    200: { description: 'Milestones and steps.', content: { 'application/json': { schema: progress } } },
    ...problems(401, 503),
  },
});

const PING_MS = 15_000;
const AT_ONCE_MS = 100;
/** A page that comes back is told of a failure that is no older than this. */
const RECENT_MS = 10 * 60_000;

export function addProgressRoutes(app: App, { portal }: AppParts): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });

  app.openapi(contract, async (c) => {
    const authorization = c.req.header('authorization');
    const developerId = authorization
      ? await developerOfKey(portal, c.req.url, authorization)
      : (await callersOf(c, portal)).visitor?.developerId;
    if (developerId === undefined) throw denialError('sign_in', ROUTES['GET /api/progress/stream']);
    await portal.usage.flushed();
    return c.json(await requireProgress(portal, developerId), 200);
  });

  app.get('/api/progress/stream', async (c) => {
    const { developerId } = visitorOf(c);
    const cookies = c.req.header('cookie');
    const isTheirs = async () => (await portal.visitors.read(cookies))?.developerId === developerId;
    const write = (stream: SSEStreamingApi) => streamObservations(portal, { developerId, isTheirs }, stream);
    return streamSSE(c, write, async (error, stream) => {
      if (!stream.aborted)
        portal.ctx.log.error({ err: error, requestId: c.var.requestId }, 'a stream failed');
    });
  });
}

/**
 * Writes until the page goes away or its session ends: where the developer stands now, then each observation as it
 * comes. A page that is still there connects again, at once, with whatever session its browser has by then.
 */
async function streamObservations(
  portal: Portal,
  { developerId, isTheirs }: { developerId: string; isTheirs: () => Promise<boolean> },
  stream: SSEStreamingApi,
): Promise<void> {
  const waiting: (Observation | { type: 'missed'; call: ObservedCall })[] = [{ type: 'progress' }];
  let wake = () => {};
  const stop = portal.feed.listen(developerId, (observation) => {
    waiting.push(observation);
    wake();
  });
  stream.onAbort(() => wake());
  const send = (event: string, data: unknown) => stream.writeSSE({ event, data: JSON.stringify(data) });
  try {
    await portal.feed.ready(developerId);
    const missed = await findUnansweredFailure(portal.ctx.db, developerId, portal.ctx.now() - RECENT_MS);
    if (missed) waiting.push({ type: 'missed', call: viewCall(missed) });
    while (!stream.aborted) {
      const observation = waiting.shift();
      if (observation?.type === 'missed') {
        await send('missed', observation.call);
      } else if (observation?.type === 'calls') {
        for (const call of observation.calls) await send('call', viewCall(call));
      } else if (observation) {
        if (observation.type === 'goodbye' || !(await isTheirs())) {
          await stream.write(`retry: ${AT_ONCE_MS}\n\n`);
          return;
        }
        await send('progress', await requireProgress(portal, developerId));
      } else if (await idle((resume) => (wake = resume))) {
        if (!(await isTheirs())) return;
        await send('ping', null);
      }
    }
  } finally {
    stop();
  }
}

/** Waits to be woken; true when nothing happened for so long that proxies might close the connection. */
function idle(setWake: (resume: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), PING_MS).unref();
    setWake(() => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

async function developerOfKey(portal: Portal, url: string, authorization: string): Promise<string> {
  const reading = readKey({ headers: { authorization }, url }, portal.ctx.config.keyPrefix);
  if ('code' in reading) throw new AppError(401, reading.code, reading.detail);
  const verification = await portal.verifier.verify(reading.key);
  if (!verification.valid)
    throw new AppError(
      401,
      verification.code,
      'This key does not work. Get another one with POST /api/credentials.',
    );
  return verification.credential.developerId;
}

function viewCall(event: SeenCall): ObservedCall {
  return {
    id: event.id,
    received_at: new Date(event.receivedAt).toISOString(),
    method: event.method,
    route: event.route,
    status: event.status,
    duration_ms: event.durationMs,
    error_code: event.errorCode,
    request_id: event.requestId ?? event.id,
    environment: event.environment,
    origin: event.origin,
    clue: event.clue,
    client: event.client,
  };
}
