import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import type { CredentialVerifier, VerifiedCredential } from '../features/credentials/credential-verifier.ts';
import type { UsageRecorder } from '../features/usage/record-usage.ts';
import { type Client, type PendingCall, toClient, toRoute } from '../features/usage/usage-event.ts';
import type { Limits } from '../limits.ts';
import { finalStatus } from './count-answer.ts';
import { errorCodeOf } from './error-code.ts';
import { codeOf } from './problem.ts';

export interface CallLogParts {
  ctx: Context;
  verifier: Pick<CredentialVerifier, 'recognise'>;
  usage: Pick<UsageRecorder, 'record' | 'recordLater'>;
  limits: Pick<Limits, 'limit'>;
}

/** What is known of a call when it arrives. */
export interface NotedCall {
  id: string;
  startedAt: number;
  receivedAt: number;
  method: string;
  route: string;
  client: Client;
  contentType: string;
}

export interface Refusal {
  status: number;
  code: string;
  clue: string | null;
}

export interface CallLog {
  /**
   * Records a call that was let through, once it has been answered. Returns what to tell when the API broke off an
   * answer that had begun, because then nobody can see it in the status.
   */
  admitted(call: NotedCall, res: ServerResponse, credential: VerifiedCredential): (code: ErrorCode) => void;
  /**
   * Records a call that was turned away, if what it carried tells for certain whose it was; never by address. The
   * call is answered before anybody looks, so that the answer tells nothing of what was found.
   */
  attempted(call: NotedCall, carried: string, refusal: Refusal): void;
}

const BAD_GATEWAY = 502;

/** Per developer's key and ten seconds: enough for a person who tries things, and no way to fill a database. */
const ATTEMPTS = 20;
const ATTEMPTS_SECONDS = 10;

export function noteCall(ctx: Context, req: IncomingMessage, id: string, startedAt: number): NotedCall {
  return {
    id,
    startedAt,
    receivedAt: ctx.now(),
    method: req.method ?? 'GET',
    route: toRoute(req.url ?? '/'),
    client: req.headers['x-synthetic'] ? 'monitor' : toClient(req.headers['user-agent']),
    contentType: contentTypeOf(req),
  };
}

export function createCallLog({ ctx, verifier, usage, limits }: CallLogParts): CallLog {
  const attempts = limits.limit('attempts', { quota: ATTEMPTS, windowSeconds: ATTEMPTS_SECONDS });

  const toEvent = (call: NotedCall, by: VerifiedCredential, outcome: Outcome): PendingCall => ({
    id: call.id,
    credentialId: by.id,
    receivedAt: call.receivedAt,
    occurredAt: call.receivedAt,
    method: call.method,
    route: call.route,
    ok: null,
    durationMs: Math.round((performance.now() - call.startedAt) * 10) / 10,
    client: call.client,
    status: outcome.status,
    errorCode: outcome.errorCode,
    clue: outcome.clue,
    admitted: outcome.admitted,
    requestId: null,
    source: null,
    fingerprint: 0,
  });

  return {
    admitted(call, res, credential) {
      let brokenOff: ErrorCode | null = null;
      res.on('close', () => {
        const status = brokenOff ? BAD_GATEWAY : finalStatus(res);
        const clue = clueOf(status, res, call);
        const code = brokenOff ?? codeOf(res) ?? errorCodeOf(res);
        usage.record(toEvent(call, credential, { status, errorCode: code, clue, admitted: true }));
      });
      return (code) => {
        brokenOff = code;
      };
    },
    attempted(call, carried, { status, code, clue }) {
      if (carried === '') return;
      const attempt = async () => {
        const credential = await verifier.recognise(carried);
        if (!credential || !attempts.take(credential.id, ctx.now()).allowed) return null;
        const known = code === 'unknown_key' ? 'other_environment' : clue;
        return toEvent(call, credential, { status, errorCode: code, clue: known, admitted: false });
      };
      usage.recordLater(attempt());
    },
  };
}

interface Outcome {
  status: number;
  errorCode: string | null;
  clue: string | null;
  admitted: boolean;
}

/** What the answer's own headers, or the request's, say of the cause. */
function clueOf(status: number, res: ServerResponse, call: NotedCall): string | null {
  if (status === 405) return wordOf(res.getHeader('allow'));
  if (status === 429) return wordOf(res.getHeader('retry-after'));
  return status === 415 || status === 400 ? call.contentType : null;
}

function wordOf(header: number | string | string[] | undefined): string | null {
  return /^[\w, ]{1,60}$/.exec(String(header ?? ''))?.[0] ?? null;
}

const CONTENT_TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
];

/** One of a few known words, because what is kept is never what a caller wrote. */
function contentTypeOf(req: IncomingMessage): string {
  const sent = req.headers['content-type'];
  if (sent === undefined) return 'none';
  return CONTENT_TYPES.find((type) => sent.toLowerCase().startsWith(type)) ?? 'other';
}
