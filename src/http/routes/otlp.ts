import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '../../errors.ts';
import {
  type OtlpEncoding,
  type OtlpSignal,
  readOtlp,
  writeOtlp,
  writeStatus,
} from '../../features/intake/otlp-messages.ts';
import { takeOtlp } from '../../features/intake/take-otlp.ts';
import type { App, AppParts, Env } from '../app-parts.ts';
import { rememberCode, toAppError } from '../problem.ts';
import { requireRootKey } from '../root-key.ts';
import { incomingOf } from './usage.ts';

const TYPES: Record<string, OtlpEncoding> = {
  'application/json': 'json',
  'application/x-protobuf': 'protobuf',
};

/** google.rpc.Code, for those who look at the body instead of the status. */
const CODES: Record<number, number> = { 400: 3, 401: 16, 408: 4, 413: 3, 415: 3, 422: 3, 429: 8, 503: 14 };
const UNKNOWN = 2;

/** OTLP/HTTP 1.x: `OTEL_EXPORTER_OTLP_ENDPOINT=<portal>/api/otlp`, with a root key in `OTEL_EXPORTER_OTLP_HEADERS`. */
export function addOtlpRoutes(app: App, parts: AppParts): void {
  app.post('/api/otlp/v1/traces', (c) => take(c, parts, 'traces'));
  app.post('/api/otlp/v1/logs', (c) => take(c, parts, 'logs'));
}

async function take(c: Context<Env>, { portal, bodies }: AppParts, signal: OtlpSignal): Promise<Response> {
  // The answer is written the way the request was; where that is not known, as JSON.
  let encoding: OtlpEncoding = 'json';
  try {
    const source = await requireRootKey(c, portal);
    encoding = encodingOf(c);
    const records = readOtlp(await bodies.read(incomingOf(c), source), signal, encoding);
    const taken = await takeOtlp(portal, { signal, records, source });
    return c.body(writeOtlp(signal, encoding, taken), 200, typeOf(encoding));
  } catch (error) {
    const known = toAppError(error);
    if (known.status >= 500)
      portal.ctx.log.error({ err: error, requestId: c.var.requestId }, 'request failed');
    if (c.env.outgoing) rememberCode(c.env.outgoing, known.code);
    const status = { code: CODES[known.status] ?? UNKNOWN, message: `${known.code}: ${known.message}` };
    return c.body(writeStatus(encoding, status), known.status as ContentfulStatusCode, {
      ...known.headers,
      ...typeOf(encoding),
    });
  }
}

function encodingOf(c: Context<Env>): OtlpEncoding {
  const [type = ''] = (c.req.header('content-type') ?? '').split(';');
  const encoding = TYPES[type.trim().toLowerCase()];
  if (encoding) return encoding;
  throw new AppError(
    415,
    'unsupported_media_type',
    'Telemetry has to be protobuf or JSON: send "Content-Type: application/x-protobuf" or "application/json".',
  );
}

function typeOf(encoding: OtlpEncoding) {
  return { 'Content-Type': encoding === 'json' ? 'application/json' : 'application/x-protobuf' };
}
