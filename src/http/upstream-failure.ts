import { errors } from 'undici';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';

/** Whether the API may have seen the request. */
export interface Sending {
  requestId: string;
  sent: boolean;
}

/** What became of a call that the API did not answer, or not to its end. */
export function upstreamFailure(ctx: Context, error: unknown, { requestId, sent }: Sending): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.InvalidArgumentError) {
    return new AppError(
      400,
      'invalid_request',
      'The request has a path or a header that cannot be passed on. Look for control characters in it.',
    );
  }
  ctx.log.warn({ err: error, requestId }, 'the upstream failed');
  if (isTimeout(error)) {
    return new AppError(
      504,
      'upstream_timeout',
      `The API behind this gateway did not answer within ${ctx.config.upstreamTimeoutMs / 1_000} s. The request may have been carried out; look before you repeat it.`,
    );
  }
  if (!sent) {
    return new AppError(
      502,
      'upstream_unreachable',
      'The API behind this gateway could not be reached. Your key was accepted and the request was not carried out; try again in a moment.',
      { 'Retry-After': '5' },
    );
  }
  return new AppError(
    502,
    'upstream_failed',
    'The API behind this gateway broke the connection, or answered what is not HTTP. The request may have been carried out; look before you repeat it.',
  );
}

/** The connection ended, most likely one kept from before that the API closed while the request was on its way. */
export function brokeBeforeAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code);
}

function isTimeout(error: unknown): boolean {
  return error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
}
