import type { ServerResponse } from 'node:http';
import type { Config } from '../config.ts';
import { AppError, type ErrorCode, isAppError } from '../errors.ts';
import { lingerOver } from './unread-body.ts';

const TITLES: Record<ErrorCode, string> = {
  missing_key: 'No API key',
  missing_bearer: 'The word Bearer is missing',
  malformed_key: 'Not an API key',
  placeholder_key: 'A placeholder instead of an API key',
  unknown_key: 'Unknown API key',
  expired_key: 'Expired API key',
  revoked_key: 'Revoked API key',
  key_in_query: 'API key in the address',
  wrong_network: 'API key in another network',
  insufficient_scope: 'The API key may not do that',
  email_needed: 'A verified e-mail address is needed',
  key_ended: 'The key has ended',
  not_shown_again: 'The key is not shown again',
  too_many_keys: 'Too many keys',
  rate_limited: 'Too many requests',
  proof_of_work_required: 'A proof of work is asked for',
  body_too_large: 'Body too large',
  headers_too_large: 'Headers too large',
  upstream_unreachable: 'The API did not answer',
  upstream_timeout: 'The API took too long',
  upstream_failed: 'The API broke off',
  upgrade_unsupported: 'No other protocol than HTTP',
  request_timeout: 'The request took too long',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  invalid_encoding: 'Broken gzip',
  invalid_json: 'Not JSON',
  invalid_request: 'Invalid request',
  unsupported_media_type: 'Wrong content type',
  wrong_origin: 'Sent from another site',
  no_session: 'No session',
  forbidden: 'Not for this account',
  sign_in_again: 'Sign in again',
  link_expired: 'The link has been used',
  wrong_password: 'Wrong address or password',
  busy: 'Too busy to sign in',
  passkey_refused: 'Passkey not accepted',
  unknown_passkey: 'Unknown passkey',
  passkey_in_use: 'Passkey in use',
  email_in_use: 'Address in use',
  email_missing: 'No e-mail address',
  last_way_in: 'The last way in',
  usage_backlog: 'Too much usage is waiting',
  storage_unavailable: 'Storage is unavailable',
  internal: 'Internal error',
};

/** RFC 9457, with the portal's stable `code` and a link to its heading on the errors page. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  request_id: string;
}

export function toProblem(config: Config, error: AppError, requestId: string): Problem {
  return {
    ...error.members,
    type: `${config.publicUrl}/guides/errors/#${error.code}`,
    title: TITLES[error.code],
    status: error.status,
    code: error.code,
    detail: error.message,
    request_id: requestId,
  };
}

const REFUSED = new WeakMap<ServerResponse, ErrorCode>();

/** The code of the problem that a response was answered with; for counting. */
export function codeOf(res: ServerResponse): ErrorCode | undefined {
  return REFUSED.get(res);
}

export function rememberCode(res: ServerResponse, code: ErrorCode): void {
  REFUSED.set(res, code);
}

/**
 * Answers a Node response with a problem; one that has begun can only be broken off. Whoever is still sending is not
 * cut off before they can have read it.
 */
export function sendProblem(
  res: ServerResponse,
  config: Config,
  error: AppError,
  requestId: string,
  extra: Record<string, unknown> = {},
): void {
  rememberCode(res, error.code);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const headers = { ...error.headers };
  if (lingerOver(res.req)) delete headers.Connection;
  const body = JSON.stringify({ ...toProblem(config, error, requestId), ...extra });
  res.writeHead(error.status, {
    ...headers,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  res.end(body);
}

/** What a thrown value becomes for the caller: an AppError as it is, a storage failure as 503, the rest a bug. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (isStorageFailure(error)) {
    return new AppError(
      503,
      'storage_unavailable',
      'The portal could not reach or write its database. Nothing was changed; try again in a moment.',
      { 'Retry-After': '5' },
    );
  }
  return new AppError(
    500,
    'internal',
    'Something went wrong in the portal. The log has the details under this request id.',
  );
}

/** node:sqlite's errors, and those of connections to Postgres and of a Postgres that is shutting down or read-only. */
function isStorageFailure(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const code = String(error.code);
  if (code === 'ERR_SQLITE_ERROR') return true;
  return /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND)/.test(code) || /^(08|25006|53|57P)/.test(code);
}
