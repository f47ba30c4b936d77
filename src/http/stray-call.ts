import { randomUUIDv7 } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { findKey } from '../features/credentials/key-format.ts';
import { type CallLog, noteCall } from './call-log.ts';
import { corsHeaders } from './cors.ts';
import { setHeaders } from './header-list.ts';
import { sendProblem } from './problem.ts';

/** The page shows this for a call that missed the API's prefix. */
const OUTSIDE = 'outside_api';

/**
 * A call with a key of this API that went beside it, such as to `/messages` instead of `/v1/messages`. One that would
 * change something is answered as the API would answer it; a page that happens to be asked for with a key is still
 * shown. Returns whether the request has been answered.
 */
export function takeStrayCall(
  ctx: Context,
  log: CallLog,
  req: IncomingMessage,
  res: ServerResponse,
): boolean {
  const { keyPrefix, apiPrefix } = ctx.config;
  const key = findKey(keyPrefix, req.headers.authorization ?? '');
  if (key === undefined) return false;
  const call = noteCall(ctx, req, randomUUIDv7(), performance.now());
  res.once('close', () => {
    if (res.statusCode !== 404) return;
    log.attempted(call, key, { status: 404, code: 'not_found', clue: OUTSIDE });
  });
  if (req.method === 'GET' || req.method === 'HEAD' || isUnderApi(req.url)) return false;
  setHeaders(res, corsHeaders(req));
  const detail = `There is nothing to call at this address: the routes of the API begin with ${apiPrefix}. Compare the path with the one in ${ctx.config.publicUrl}${apiPrefix}/openapi.json.`;
  sendProblem(res, ctx.config, new AppError(404, 'not_found', detail), call.id);
  return true;
}

function isUnderApi(url: string | undefined): boolean {
  return url === '/api' || url?.startsWith('/api/') === true;
}
