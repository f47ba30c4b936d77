import type { BridgeRequest, BridgeResponse, OutputChunk, SampleError, SampleFile } from '../engine.ts';

/** The one window message: the page hands the frame a port, the frame hands it on to its worker. */
export const CONNECT = 'firstcall:connect';

/** A worker that the page brings. Pyodide refuses classic ones; Chromium refuses module ones from a blob. */
export interface WorkerCode {
  kind: 'classic' | 'module';
  source: string;
}

/** From the page to the frame. Without `worker` the frame starts its own. */
export interface ConnectMessage {
  type: typeof CONNECT;
  worker?: WorkerCode;
  assets?: Record<string, Blob>;
}

/** From the frame to its worker, together with the port. */
export type WorkerConnectMessage = Pick<ConnectMessage, 'type' | 'assets'>;

/** How large one message from the worker may be; a longer one ends the run. Bytes. */
export const MAX_MESSAGE_BYTES = 4_000_000;
/** How many messages one run may send; ours are gathered, so that a long and talkative program needs a few thousand. */
export const MAX_MESSAGES = 20_000;
const MAX_HEADERS = 100;
const MAX_URL = 8_192;

export interface RunMessage {
  type: 'run';
  runId: string;
  entry: string;
  files: SampleFile[];
  env: Record<string, string>;
  outputLimitBytes: number;
}

export type HostMessage =
  | RunMessage
  | { type: 'response'; id: number; response: BridgeResponse }
  | { type: 'refused'; id: number; message: string };

export type WorkerMessage =
  /** `assets` are what a later realm may start from, to start sooner. */
  | { type: 'ready'; assets?: Record<string, Blob> }
  | { type: 'broken'; reason: string }
  | { type: 'output'; runId: string; chunks: OutputChunk[] }
  | { type: 'request'; runId: string; id: number; request: BridgeRequest }
  | { type: 'abort'; runId: string; id: number }
  /** From the frame: it ended a worker that sent more than MAX_MESSAGES. */
  | { type: 'flooded'; runId: string }
  | { type: 'exit'; runId: string; exitCode: number; droppedBytes: number; error?: SampleError };

/**
 * Reads a message from the worker, which the reader's code can forge: anything that is not exactly one of ours, of
 * this run and within its size, is null.
 */
export function parseWorkerMessage(data: unknown, runId: string | undefined): WorkerMessage | null {
  if (!isRecord(data) || typeof data.type !== 'string') return null;
  if (data.type === 'ready')
    return areBlobs(data.assets) ? { type: 'ready', assets: data.assets } : { type: 'ready' };
  if (data.type === 'broken') return { type: 'broken', reason: String(data.reason).slice(0, 1_000) };
  if (runId === undefined || data.runId !== runId) return null;
  const parse = Object.hasOwn(parsers, data.type) ? parsers[data.type as keyof typeof parsers] : undefined;
  return parse?.(data, runId) ?? null;
}

const parsers = {
  output(data: Record<string, unknown>, runId: string): WorkerMessage | null {
    if (!Array.isArray(data.chunks) || data.chunks.length > 10_000 || !data.chunks.every(isChunk))
      return null;
    const size = data.chunks.reduce((sum: number, chunk) => sum + chunk.text.length, 0);
    return size <= MAX_MESSAGE_BYTES ? { type: 'output', runId, chunks: data.chunks } : null;
  },
  request(data: Record<string, unknown>, runId: string): WorkerMessage | null {
    if (!isId(data.id) || !isRequest(data.request)) return null;
    const { method, url, headers, body } = data.request;
    return { type: 'request', runId, id: data.id, request: { method, url, headers, body } };
  },
  abort(data: Record<string, unknown>, runId: string): WorkerMessage | null {
    return isId(data.id) ? { type: 'abort', runId, id: data.id } : null;
  },
  flooded(_data: Record<string, unknown>, runId: string): WorkerMessage | null {
    return { type: 'flooded', runId };
  },
  exit(data: Record<string, unknown>, runId: string): WorkerMessage | null {
    const { exitCode, droppedBytes } = data;
    if (!isInteger(exitCode, 0, 255) || !isInteger(droppedBytes, 0, Number.MAX_SAFE_INTEGER)) return null;
    const error = toSampleError(data.error);
    return { type: 'exit', runId, exitCode, droppedBytes, ...(error ? { error } : {}) };
  },
};

function toSampleError(value: unknown): SampleError | undefined {
  if (!isRecord(value) || typeof value.message !== 'string') return undefined;
  return {
    message: value.message.slice(0, 4_000),
    ...(typeof value.file === 'string' ? { file: value.file.slice(0, 256) } : {}),
    ...(isInteger(value.line, 1, 1e7) ? { line: value.line } : {}),
    ...(isInteger(value.column, 1, 1e7) ? { column: value.column } : {}),
  };
}

function isChunk(value: unknown): value is OutputChunk {
  return (
    isRecord(value) &&
    (value.stream === 'stdout' || value.stream === 'stderr') &&
    typeof value.text === 'string'
  );
}

function isRequest(value: unknown): value is BridgeRequest {
  return (
    isRecord(value) &&
    isText(value.method, 16) &&
    isText(value.url, MAX_URL) &&
    Array.isArray(value.headers) &&
    value.headers.length <= MAX_HEADERS &&
    value.headers.every((pair) => Array.isArray(pair) && isText(pair[0], 256) && isText(pair[1], 16_384)) &&
    (value.body === null || (value.body instanceof Uint8Array && value.body.byteLength <= MAX_MESSAGE_BYTES))
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const areBlobs = (value: unknown): value is Record<string, Blob> =>
  isRecord(value) && Object.values(value).every((one) => one instanceof Blob);
const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max;
const isInteger = (value: unknown, min: number, max: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
const isId = (value: unknown): value is number => isInteger(value, 1, 1e9);
