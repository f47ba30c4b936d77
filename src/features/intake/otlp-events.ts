import { createHash } from 'node:crypto';
import type { Attribute, OtlpRecord, OtlpSignal } from './otlp-messages.ts';

/** Names whose call it is; what has it not is somebody else's telemetry and passed over. */
const KEY_ID = 'firstcall.key_id';
/** SpanKind.SERVER: what answered a request, and not what was asked of others meanwhile. */
const SERVER = 2;
const NANOS_PER_MS = 1_000_000n;

/** The current names of the semantic conventions for HTTP first, then those of before 2023. */
const NAMES = {
  method: ['http.request.method', 'http.method'],
  originalMethod: ['http.request.method_original'],
  route: ['http.route'],
  path: ['url.path', 'http.target'],
  url: ['url.full', 'http.url'],
  status: ['http.response.status_code', 'http.status_code'],
  errorCode: ['firstcall.error_code', 'error.type'],
  requestId: ['firstcall.request_id', 'http.request.id'],
  userAgent: ['user_agent.original', 'http.user_agent'],
  synthetic: ['user_agent.synthetic.type'],
  duration: ['firstcall.duration_ms'],
  recordId: ['log.record.uid'],
} as const;

/** The calls among spans or log records, as `POST /api/usage` takes them; what is wrong with them is found there. */
export function toReportedEvents(signal: OtlpSignal, records: readonly OtlpRecord[]): object[] {
  return records.flatMap((record) => {
    if (signal === 'traces' && record.kind !== SERVER && record.kind !== 'SPAN_KIND_SERVER') return [];
    const attributes = readAttributes(record.attributes);
    const keyId = attributes.get(KEY_ID);
    return keyId === undefined ? [] : [toEvent(signal, record, attributes, keyId)];
  });
}

type Attributes = ReadonlyMap<string, string>;

function toEvent(signal: OtlpSignal, record: OtlpRecord, attributes: Attributes, keyId: string): object {
  const find = (name: keyof typeof NAMES) =>
    NAMES[name].map((key) => attributes.get(key)).find((value) => value !== undefined);
  const method = find('method');
  const traceId = toHex(record.traceId);
  const errorCode = find('errorCode');
  const userAgent = find('userAgent');
  return {
    id: idOf(signal, record, attributes),
    key_id: keyId,
    ...timesOf(signal, record, find('duration')),
    // The conventions write _OTHER for a method that they do not know.
    method: (method === '_OTHER' ? find('originalMethod') : method)?.toUpperCase(),
    route: find('route') ?? find('path') ?? pathOf(find('url')),
    status: Number(find('status')),
    // Without a code of the API's own the conventions repeat the status.
    ...(errorCode &&
      !/^\d+$/.test(errorCode) && { error_code: errorCode.replace(/[^\w.:-]/g, '_').slice(0, 80) }),
    request_id: find('requestId') ?? (traceId || null),
    ...(userAgent && { user_agent: userAgent.slice(0, 500) }),
    synthetic: find('synthetic') !== undefined,
  };
}

/** The same for a call that is reported as a span and as a log record, and each time that it is sent. */
function idOf(signal: OtlpSignal, record: OtlpRecord, attributes: Attributes): string {
  const [traceId, spanId] = [toHex(record.traceId), toHex(record.spanId)];
  if (traceId && spanId) return `${traceId}-${spanId}`;
  const uid = attributes.get(NAMES.recordId[0]);
  if (uid) return uid;
  const content = JSON.stringify([
    signal,
    record.timeUnixNano,
    record.observedTimeUnixNano,
    [...attributes].sort(),
  ]);
  return createHash('sha256').update(content).digest('hex');
}

function timesOf(signal: OtlpSignal, record: OtlpRecord, duration: string | undefined) {
  if (signal === 'logs') {
    const at = toNanos(record.timeUnixNano) || toNanos(record.observedTimeUnixNano);
    return { timestamp: toMs(at), ...(duration && { duration_ms: Number(duration) }) };
  }
  const [start, end] = [toNanos(record.startTimeUnixNano), toNanos(record.endTimeUnixNano)];
  return {
    timestamp: toMs(start),
    duration_ms: end > start ? Number(end - start) / Number(NANOS_PER_MS) : 0,
  };
}

/** Numbers and truths as text; lists and maps are left out. */
function readAttributes(list: readonly Attribute[] | undefined): Attributes {
  const attributes = new Map<string, string>();
  for (const attribute of Array.isArray(list) ? list : []) {
    const { key, value } = attribute ?? {};
    const { stringValue, intValue, doubleValue, boolValue } = value ?? {};
    const found = stringValue ?? intValue ?? doubleValue ?? boolValue;
    if (typeof key === 'string' && found !== undefined) attributes.set(key, String(found));
  }
  return attributes;
}

function pathOf(url: string | undefined): string | undefined {
  return url === undefined || !URL.canParse(url) ? undefined : new URL(url).pathname;
}

function toHex(id: unknown): string {
  const hex = id instanceof Uint8Array ? Buffer.from(id).toString('hex') : String(id ?? '').toLowerCase();
  return /^[0-9a-f]{16,32}$/.test(hex) ? hex : '';
}

function toNanos(time: unknown): bigint {
  return /^\d{1,20}$/.test(String(time)) ? BigInt(String(time)) : 0n;
}

/** Null for no time at all, which is refused as any other wrong value. */
function toMs(nanos: bigint): number | null {
  return nanos === 0n ? null : Number(nanos / NANOS_PER_MS);
}
