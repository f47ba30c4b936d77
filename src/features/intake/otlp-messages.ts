import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { AppError } from '../../errors.ts';

export type OtlpEncoding = 'json' | 'protobuf';
export type OtlpSignal = 'traces' | 'logs';

/** Attributes are a list of these in both encodings. 64-bit numbers are strings. */
export interface Attribute {
  key?: unknown;
  value?: { stringValue?: unknown; boolValue?: unknown; intValue?: unknown; doubleValue?: unknown } | null;
}

/** A span or a log record, as far as it is read. Ids are bytes in protobuf and hex in JSON. */
export interface OtlpRecord {
  traceId?: unknown;
  spanId?: unknown;
  kind?: unknown;
  startTimeUnixNano?: unknown;
  endTimeUnixNano?: unknown;
  timeUnixNano?: unknown;
  observedTimeUnixNano?: unknown;
  attributes?: Attribute[];
}

const { root } = protobuf.parse(readFileSync(new URL('otlp.proto', import.meta.url), 'utf8'), {
  keepCase: true,
});

/** The names that the protocol has for the same thing in traces and in logs. */
const NAMES = {
  traces: {
    request: root.lookupType('ExportTraceServiceRequest'),
    response: root.lookupType('ExportTraceServiceResponse'),
    levels: ['resourceSpans', 'scopeSpans', 'spans'],
    rejected: 'rejectedSpans',
  },
  logs: {
    request: root.lookupType('ExportLogsServiceRequest'),
    response: root.lookupType('ExportLogsServiceResponse'),
    levels: ['resourceLogs', 'scopeLogs', 'logRecords'],
    rejected: 'rejectedLogRecords',
  },
} as const;

const STATUS = root.lookupType('Status');

/** All spans or log records of a request. Throws AppError 400 for what cannot be decoded. */
export function readOtlp(body: Buffer, signal: OtlpSignal, encoding: OtlpEncoding): OtlpRecord[] {
  const { request, levels } = NAMES[signal];
  let message: unknown;
  try {
    message =
      encoding === 'json'
        ? JSON.parse(body.toString())
        : request.toObject(request.decode(body), { longs: String, bytes: Buffer });
  } catch {
    throw new AppError(
      400,
      'invalid_json',
      `The body is no ${encoding === 'json' ? 'JSON' : 'protobuf message'} of OpenTelemetry ${signal}, or was cut off. Nothing of it was taken.`,
    );
  }
  return levels.reduce<unknown[]>(
    (groups, level) => groups.flatMap((group) => listIn(group, level)),
    [message],
  ) as OtlpRecord[];
}

function listIn(group: unknown, name: string): unknown[] {
  if (typeof group !== 'object' || group === null) return [];
  const list = (group as Record<string, unknown>)[name];
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
}

/** Everything was taken, or a partial success as the protocol has it: nobody shall send the rest again. */
export function writeOtlp(
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  { rejected, reason }: { rejected: number; reason: string },
): Uint8Array<ArrayBuffer> {
  const { response, rejected: name } = NAMES[signal];
  const content = rejected === 0 ? {} : { partialSuccess: { [name]: rejected, errorMessage: reason } };
  if (encoding === 'protobuf') return new Uint8Array(response.encode(content).finish());
  const text = rejected === 0 ? {} : { partialSuccess: { [name]: String(rejected), errorMessage: reason } };
  return new TextEncoder().encode(JSON.stringify(text));
}

/** `code` is one of google.rpc.Code. */
export function writeStatus(
  encoding: OtlpEncoding,
  status: { code: number; message: string },
): Uint8Array<ArrayBuffer> {
  return encoding === 'protobuf'
    ? new Uint8Array(STATUS.encode(status).finish())
    : new TextEncoder().encode(JSON.stringify(status));
}
