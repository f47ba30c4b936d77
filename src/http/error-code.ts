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

/**
 * Watches an answer for the API's own error code: the `code` (or `error`) of a small JSON body with a status of
 * 400 or more, or that of an object `error` in it. Only that word is kept. Returns a function to ask once the
 * answer is complete.
 */
export function rememberErrorCode(res: ServerResponse): () => string | null {
  let kept: Uint8Array[] | undefined;
  const { writeHead } = res;
  res.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (args[0] >= 400) kept = keepBody(res);
    return writeHead.apply(res, args);
  }) as typeof writeHead;
  return () => (kept ? readCode(kept, contentEncoding(res)) : null);
}

/** Collects what is written from now on, up to a limit after which it is no answer that holds a code. */
function keepBody(res: ServerResponse): Uint8Array[] {
  const kept: Uint8Array[] = [];
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
  return kept;
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
