import type { ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

const MOST_BYTES = 8_192;
const MOST_UNPACKED_BYTES = 65_536;
const FIELDS = ['code', 'error_code', 'error'] as const;

const UNPACK: Record<string, (packed: Uint8Array, options: { maxOutputLength: number }) => Buffer> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/** What was written of answers that were failures. */
const BODIES = new WeakMap<ServerResponse, Uint8Array[]>();

/**
 * The API's own error code in a complete answer that was watched: the `code` (or `error`) of a small JSON body, or that
 * of an object `error` in it.
 */
export function errorCodeOf(res: ServerResponse): string | null {
  const body = BODIES.get(res);
  return body ? readCode(body, contentEncoding(res)) : null;
}

/**
 * To be called for every answer of an API with a status of 400 or more, before it is written: keeps its body until
 * somebody has asked for the code in it, up to a length after which it is no answer that holds one.
 */
export function watchFailure(res: ServerResponse): void {
  const kept: Uint8Array[] = [];
  BODIES.set(res, kept);
  let bytes = 0;
  const keep = (chunk: unknown) => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) kept.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    else kept.length = 0;
  };
  const { write, end } = res;
  res.write = ((...args: Parameters<typeof write>) => {
    keep(args[0]);
    return write.apply(res, args);
  }) as typeof write;
  res.end = ((...args: Parameters<typeof end>) => {
    keep(args[0]);
    return end.apply(res, args);
  }) as typeof end;
}

function readCode(kept: Uint8Array[], encoding: string): string | null {
  try {
    const body = Buffer.concat(kept);
    const unpack = UNPACK[encoding];
    const text = (unpack ? unpack(body, { maxOutputLength: MOST_UNPACKED_BYTES }) : body).toString();
    const parsed: unknown = JSON.parse(text);
    return codeIn(parsed) ?? codeIn(isObject(parsed) ? parsed.error : null);
  } catch {
    // Not JSON: then there is no code to read.
    return null;
  }
}

function contentEncoding(res: ServerResponse): string {
  return String(res.getHeader('content-encoding') ?? '').toLowerCase();
}

function codeIn(value: unknown): string | null {
  if (!isObject(value)) return null;
  const words = FIELDS.map((field) => value[field]);
  return (
    words.find((word): word is string => typeof word === 'string' && /^[\w.-]{1,64}$/.test(word)) ?? null
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
