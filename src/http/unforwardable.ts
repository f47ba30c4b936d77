import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';

/** Most addresses have none of these, and are looked at no further. */
const MAY_CLIMB = /[.%\\]/;
/** `..` in any spelling that some server takes for one, and the backslash that some take for a slash. */
const CLIMBS = /(^|\/|%2f)(\.|%2e){1,2}(\/|%2f|[?#]|$)|\\|%5c/i;

function climbs(url: string): boolean {
  if (!MAY_CLIMB.test(url)) return false;
  const [path = ''] = url.split('?', 1);
  return CLIMBS.test(path);
}

/** What the gateway passes on to no API, with the reason; null when there is none. */
export function unforwardable(req: IncomingMessage): AppError | null {
  if (req.headers.upgrade?.toLowerCase() === 'websocket') {
    return new AppError(
      501,
      'upgrade_unsupported',
      'The gateway carries requests and answers, and no WebSocket. Call the API over plain HTTP; server-sent events get through.',
    );
  }
  // An API echoes a TRACE, and with it the authorisation that only the gateway knows.
  if (req.method === 'TRACE') {
    return new AppError(405, 'method_not_allowed', 'TRACE is not passed on. Use any other method.', {
      Allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    });
  }
  if (climbs(req.url ?? '')) {
    return new AppError(
      400,
      'invalid_request',
      'The path has "." or ".." as a part, or a backslash. Send the path that is meant.',
    );
  }
  return null;
}
