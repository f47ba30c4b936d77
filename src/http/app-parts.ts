import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ProofsOfWork } from '../features/agents/proof-of-work.ts';
import type { Portal } from '../portal.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { Callers } from './policy.ts';
import type { BodyReader } from './read-body.ts';
import type { Upstream } from './upstream.ts';

/** What the portal's own routes work with. */
export interface AppParts {
  portal: Portal;
  upstream: Upstream;
  /** Keys without sign-up, per address. */
  keysPerAddress: RateLimit;
  /** Keys without sign-up, altogether. */
  keysAltogether: RateLimit;
  proofs: ProofsOfWork;
  /** Large bodies of programs with a root key. */
  bodies: BodyReader;
  /** Calls, per key: the same one as in the gateway, so that a key has one limit. */
  keyLimit: RateLimit;
}

export interface Env {
  Variables: {
    requestId: string;
    /** Once somebody has asked. */
    callers?: Callers;
  };
  Bindings: {
    clientAddress: string;
    /** Node's own; not there where no server is. */
    incoming?: IncomingMessage | undefined;
    outgoing?: ServerResponse | undefined;
  };
}
export type App = OpenAPIHono<Env>;
