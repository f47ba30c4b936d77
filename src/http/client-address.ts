import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';

/** Who is at the other end. `X-Forwarded-For` is believed only where a proxy of ours is said to write it. */
export function clientAddress(req: IncomingMessage, config: Config): string {
  const forwarded = config.trustProxy ? req.headers['x-forwarded-for'] : undefined;
  const last = typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : undefined;
  return last || req.socket.remoteAddress || 'unknown';
}
