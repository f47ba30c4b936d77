/** Every code a caller of the portal or the gateway can meet; each has a heading on the errors page. */
export type ErrorCode =
  | 'missing_key'
  | 'missing_bearer'
  | 'malformed_key'
  | 'placeholder_key'
  | 'unknown_key'
  | 'expired_key'
  | 'revoked_key'
  | 'key_in_query'
  | 'wrong_network'
  | 'insufficient_scope'
  | 'email_needed'
  | 'key_ended'
  | 'not_shown_again'
  | 'too_many_keys'
  | 'rate_limited'
  | 'proof_of_work_required'
  | 'body_too_large'
  | 'headers_too_large'
  | 'upstream_unreachable'
  | 'upstream_timeout'
  | 'upstream_failed'
  | 'upgrade_unsupported'
  | 'request_timeout'
  | 'not_found'
  | 'method_not_allowed'
  | 'invalid_encoding'
  | 'invalid_json'
  | 'invalid_request'
  | 'unsupported_media_type'
  | 'wrong_origin'
  | 'no_session'
  | 'forbidden'
  | 'sign_in_again'
  | 'link_expired'
  | 'wrong_password'
  | 'busy'
  | 'passkey_refused'
  | 'unknown_passkey'
  | 'passkey_in_use'
  | 'email_in_use'
  | 'email_missing'
  | 'last_way_in'
  | 'usage_backlog'
  | 'storage_unavailable'
  | 'internal';

/** A failure the caller can mend. It becomes `application/problem+json`; everything else thrown is a bug and a 500. */
export class AppError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: Record<string, string>;
  /** Further members of the problem (RFC 9457, 3.2). */
  readonly members: Record<string, unknown>;

  /** `detail` says what happened, why, and what to do, in that order. */
  constructor(
    status: number,
    code: ErrorCode,
    detail: string,
    headers: Record<string, string> = {},
    members: Record<string, unknown> = {},
  ) {
    super(detail);
    this.name = 'AppError';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.members = members;
  }
}

/** By its name: the pages are built with a class of their own, and are handed errors of the portal's. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError';
}
