import { setTimeout as delay } from 'node:timers/promises';
import type { PortalServer } from '../http/server.ts';
import type { Upstream } from '../http/upstream.ts';
import type { Portal } from '../portal.ts';

export interface Leaving {
  portal: Portal;
  upstream: Pick<Upstream, 'close'>;
  server: Pick<PortalServer, 'drain' | 'stop'>;
}

const GRACE_MS = 5_000;

/**
 * Ends the process on SIGTERM or SIGINT, with nothing lost: first nobody is to be sent here, then nobody is let in, then
 * what is waiting is stored. Somebody at a terminal has no balancer to wait for.
 */
export function leaveWhenAsked(leaving: Leaving): void {
  const impatient = new AbortController();
  let asked = false;
  const ask = (signal: 'SIGINT' | 'SIGTERM') => {
    if (signal === 'SIGINT') impatient.abort();
    if (!asked) void leave(leaving, signal, impatient.signal);
    asked = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, ask);
}

async function leave(
  { portal, upstream, server }: Leaving,
  signal: 'SIGINT' | 'SIGTERM',
  impatient: AbortSignal,
): Promise<void> {
  const { config, log } = portal.ctx;
  log.info({ signal }, 'stopping');
  portal.readiness.stop();
  server.drain();
  await delay(config.drainMs, undefined, { signal: impatient }).catch(() => {});
  portal.feed.dismiss();
  // A call that is under way may take as long as the API behind the gateway may.
  await server.stop(signal === 'SIGINT' ? GRACE_MS : Math.max(GRACE_MS, config.upstreamTimeoutMs));
  await upstream.close();
  await portal.close();
  process.exit(0);
}
