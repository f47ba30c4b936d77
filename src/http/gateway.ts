import { randomUUIDv7 } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { agentUrls } from '../features/agents/discovery.ts';
import type {
  CredentialVerifier,
  Verification,
  VerifiedCredential,
} from '../features/credentials/credential-verifier.ts';
import type { KeyFlaw } from '../features/credentials/key-format.ts';
import { type Prohibition, prohibits } from '../features/credentials/key-permission.ts';
import type { UsageRecorder } from '../features/usage/record-usage.ts';
import type { Limits } from '../limits.ts';
import type { RateLimit } from '../rate-limit.ts';
import { bodyTooLarge } from './body-limit.ts';
import { createCallLog, noteCall } from './call-log.ts';
import { clientAddress } from './client-address.ts';
import { answerPreflight, corsHeaders, isPreflight } from './cors.ts';
import { setHeaders } from './header-list.ts';
import { sendProblem, toAppError } from './problem.ts';
import { isPlaceholder, placesOfKey, readKey } from './read-key.ts';
import { unforwardable } from './unforwardable.ts';
import type { Upstream } from './upstream.ts';

export interface GatewayParts {
  ctx: Context;
  verifier: CredentialVerifier;
  usage: UsageRecorder;
  limits: Pick<Limits, 'limit'>;
  keyLimit: RateLimit;
  upstream: Upstream;
}

export type NodeHandler = (req: IncomingMessage, res: ServerResponse) => void;

/** The API's own public documents; they need no key. */
const PUBLIC_DOCUMENTS: ReadonlySet<string> = new Set(['/openapi.json']);

/**
 * Everything under the API's prefix: reads the key, verifies it, applies its rate limit, forwards, and records what
 * was answered. Works on Node's own streams, because this is the path every API call takes. A key that has been
 * seen lately costs no query.
 */
export function createGateway(parts: GatewayParts): NodeHandler {
  const { ctx, verifier, upstream } = parts;
  const { keyPrefix, apiPrefix } = ctx.config;
  const log = createCallLog(parts);
  const urls = agentUrls(ctx.config.publicUrl, apiPrefix);

  return (req, res) => {
    const requestId = randomUUIDv7();
    const startedAt = performance.now();
    // Node writes a list of headers at once much faster than headers that were set one by one.
    const headers = ['X-Request-Id', requestId, ...corsHeaders(req)];
    const refuse = (error: AppError) => {
      setHeaders(res, headers);
      sendProblem(res, ctx.config, error, requestId, {
        docs_url: urls.quickstart,
        onboarding_url: urls.onboarding,
      });
    };

    if (isPreflight(req)) return answerPreflight(req, res, headers);
    if (isPublicDocument(req, apiPrefix)) {
      const address = clientAddress(req, ctx.config);
      upstream.forward(req, res, { requestId, credential: null, clientAddress: address, headers });
      return;
    }
    const call = noteCall(ctx, req, requestId, startedAt);
    const turnAway = (error: AppError, clue: string | null) => {
      refuse(error);
      log.attempted(call, placesOfKey(req), { status: error.status, code: error.code, clue });
    };
    const reading = readKey(req, keyPrefix);
    if ('code' in reading) return turnAway(keyError(ctx, reading.code, reading.detail), reading.clue);

    const admit = (verification: Verification) => {
      if (!verification.valid) {
        return turnAway(
          invalidKey(ctx, reading.key, verification),
          'flaw' in verification ? verification.flaw : null,
        );
      }
      const { credential } = verification;
      const address = clientAddress(req, ctx.config);
      const prohibition = prohibits(credential, { address, scopes: scopesFor(ctx, req) });
      // Whoever holds a key in the wrong place may not be its owner, so that is no use of it.
      if (prohibition?.code === 'wrong_network') return turnAway(wrongNetwork(), null);
      const brokenOff = log.admitted(call, res, credential);
      const refusal =
        (prohibition && missingScope(ctx, prohibition)) ??
        limitRate(parts, headers, credential) ??
        limitBody(ctx, req) ??
        unforwardable(req);
      if (refusal) return refuse(refusal);
      if (req.headers.expect !== undefined) res.writeContinue();
      upstream.forward(req, res, { requestId, credential, clientAddress: address, headers, brokenOff });
    };
    const verification = verifier.verify(reading.key);
    if (!(verification instanceof Promise)) return admit(verification);
    verification.then(admit).catch((error: unknown) => {
      ctx.log.error({ err: error, requestId }, 'a key could not be looked up');
      refuse(toAppError(error));
    });
  };
}

function limitRate({ ctx, keyLimit }: GatewayParts, headers: string[], credential: VerifiedCredential) {
  const limit = keyLimit.take(credential.id, ctx.now());
  headers.push('RateLimit-Policy', keyLimit.policy);
  headers.push('RateLimit', `"key";r=${limit.remaining};t=${limit.resetSeconds}`);
  if (limit.allowed) return null;
  const seconds = Math.max(1, limit.resetSeconds);
  return new AppError(
    429,
    'rate_limited',
    `This key made more than ${keyLimit.quota} requests within ${keyLimit.windowSeconds} s. Wait ${seconds} s, as the header Retry-After says, then go on.`,
    { 'Retry-After': String(seconds) },
  );
}

/** What the gateway can tell of a call to an API it does not know; the API may ask for more. */
function scopesFor({ config }: Context, req: IncomingMessage): string[] {
  const scope = req.method === 'GET' || req.method === 'HEAD' ? 'read' : 'write';
  return config.keyScopes.includes(scope) ? [scope] : [];
}

function wrongNetwork(): AppError {
  return new AppError(
    403,
    'wrong_network',
    'This key may only be used from certain networks, and this request came from another one. Send it from one of them, or create a key without that limit.',
  );
}

/** RFC 6750, 3.1. */
function missingScope(
  { config }: Context,
  { missing }: Prohibition & { code: 'insufficient_scope' },
): AppError {
  const scope = missing.join(' ');
  return new AppError(
    403,
    'insufficient_scope',
    `This key may not do that: the request needs the scope ${scope}. Use a key that has it, or create one.`,
    {
      'WWW-Authenticate': `Bearer realm="${config.keyPrefix}", error="insufficient_scope", scope="${scope}"`,
    },
  );
}

/** A body of undeclared length is measured while it streams, by the upstream that takes it. */
function limitBody({ config }: Context, req: IncomingMessage): AppError | null {
  return Number(req.headers['content-length'] ?? 0) > config.maxBodyBytes
    ? bodyTooLarge(config.maxBodyBytes)
    : null;
}

function isPublicDocument(req: IncomingMessage, apiPrefix: string): boolean {
  return req.method === 'GET' && PUBLIC_DOCUMENTS.has((req.url ?? '').slice(apiPrefix.length));
}

function invalidKey(ctx: Context, key: string, answer: Verification & { valid: false }): AppError {
  if (answer.code === 'expired_key' && answer.replaced)
    return keyError(ctx, 'expired_key', 'This key was replaced by a newer one and has ended.');
  if (answer.code !== 'malformed_key') return keyError(ctx, answer.code, KEY_STATE[answer.code]);
  if (isPlaceholder(key)) {
    return keyError(
      ctx,
      'placeholder_key',
      'This is a placeholder and not a key: put your own key in its place, or set the variable that should hold it.',
    );
  }
  return keyError(ctx, 'malformed_key', FLAWS[answer.flaw](ctx.config.keyPrefix));
}

const KEY_STATE = {
  unknown_key: 'There is no such key. It may belong to another portal, or its data was removed.',
  revoked_key: 'This key was revoked and will not work again.',
  expired_key:
    'This key has expired. A test key nobody signed up for lasts 72 hours, or 14 days once it has been used.',
};

const FLAWS: Record<KeyFlaw, (prefix: string) => string> = {
  prefix: (prefix) =>
    `This is not a key of this API: its keys begin with ${prefix}_test_ or ${prefix}_live_.`,
  environment: (prefix) => `The key begins with neither ${prefix}_test_ nor ${prefix}_live_.`,
  length: () =>
    'The key has the wrong length or a character that keys do not have. It was probably cut off while copying.',
  checksum: () => 'The key has a typing error: its last characters do not fit the others. Copy it again.',
};

/** RFC 6750, 3: an error is named only when credentials were sent. RFC 9728, 5.1: where to read how to get one. */
function keyError({ config }: Context, code: ErrorCode, detail: string): AppError {
  const urls = agentUrls(config.publicUrl, config.apiPrefix);
  const challenge = [
    `Bearer realm="${config.keyPrefix}"`,
    ...(code === 'missing_key' ? [] : ['error="invalid_token"']),
    `resource_metadata="${urls.resourceMetadata}"`,
  ].join(', ');
  const help = `Get a key with one click at ${urls.quickstart}, or with POST ${urls.credentials}.`;
  return new AppError(401, code, `${detail} ${help}`, { 'WWW-Authenticate': challenge });
}
