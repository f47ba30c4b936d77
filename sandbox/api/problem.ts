/**
 * Every code Relay can refuse with. The code is stable: programs may branch on it, pages may link to it.
 * Sentences may be reworded at any time.
 */
export const PROBLEMS = {
  caller_missing: { status: 401, title: 'Nobody is calling' },
  not_found: { status: 404, title: 'No such route' },
  endpoint_not_found: { status: 404, title: 'No such webhook endpoint' },
  message_not_found: { status: 404, title: 'No such message' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON' },
  invalid_json: { status: 400, title: 'The JSON cannot be read' },
  body_too_large: { status: 413, title: 'The body is too large' },
  invalid_request: { status: 422, title: 'The request cannot be used as it is' },
  unknown_field: { status: 422, title: 'A field is not known' },
  recipient_missing: { status: 422, title: 'The recipient is missing' },
  recipient_invalid: { status: 422, title: 'The recipient cannot be reached' },
  message_body_missing: { status: 422, title: 'The message has no text' },
  message_body_invalid: { status: 422, title: 'The text cannot be sent' },
  url_missing: { status: 422, title: 'The address is missing' },
  url_invalid: { status: 422, title: 'The address cannot be used' },
  limit_invalid: { status: 422, title: 'The page size is out of range' },
  cursor_invalid: { status: 422, title: 'The cursor is unknown' },
  unknown_parameter: { status: 422, title: 'A query parameter is not known' },
  idempotency_key_invalid: { status: 400, title: 'The Idempotency-Key cannot be used' },
  idempotency_key_in_use: { status: 409, title: 'The first request is still running' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another message' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Relay failed' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with one place of the request. `pointer` is a JSON Pointer (RFC 6901) as a URI fragment. */
export interface FieldProblem {
  pointer: string;
  code: ProblemCode;
  detail: string;
}

/** A refusal the caller can mend; thrown anywhere, answered as `application/problem+json` (RFC 9457). */
export class RelayProblem extends Error {
  readonly code: ProblemCode;
  readonly headers: Record<string, string>;
  readonly errors: FieldProblem[];

  /** @param detail what happened, why, and how to mend it, in that order. */
  constructor(
    code: ProblemCode,
    detail: string,
    extra: { headers?: Record<string, string>; errors?: FieldProblem[] } = {},
  ) {
    super(detail);
    this.code = code;
    this.headers = extra.headers ?? {};
    this.errors = extra.errors ?? [];
  }
}

/**
 * @param errorsUrl where the codes are explained; the code becomes its fragment. Without one the type is a URN, since
 *   RFC 9457 asks for a URI and not for a page.
 */
export function problemResponse(problem: RelayProblem, requestId: string, errorsUrl?: string): Response {
  const { status, title } = PROBLEMS[problem.code];
  const body = {
    type: errorsUrl ? `${errorsUrl}#${problem.code}` : `urn:relay:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    ...(problem.errors.length > 0 && { errors: problem.errors }),
  };
  return Response.json(body, {
    status,
    headers: { ...problem.headers, 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  });
}
