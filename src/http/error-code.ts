import type { ServerResponse } from 'node:http';

const MOST_BYTES = 8_192;
const FIELDS = ['code', 'error_code', 'error'] as const;

/**
 * Watches an answer for the API's own error code: the `code` (or `error`) of a small JSON body with a status of
 * 400 or more. Only that word is kept. Returns a function to ask once the answer is complete.
 */
export function rememberErrorCode(res: ServerResponse): () => string | null {
  let kept: string[] | undefined;
  const { writeHead } = res;
  res.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (args[0] >= 400) kept = keepBody(res);
    return writeHead.apply(res, args);
  }) as typeof writeHead;
  return () => (kept ? readCode(kept.join('')) : null);
}

/** Collects what is written from now on, up to a limit after which it is no answer that holds a code. */
function keepBody(res: ServerResponse): string[] {
  const kept: string[] = [];
  let bytes = 0;
  const keep = (chunk: unknown) => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) kept.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
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

function readCode(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return null;
    for (const field of FIELDS) {
      const value = (parsed as Record<string, unknown>)[field];
      if (typeof value === 'string' && /^[\w.-]{1,64}$/.test(value)) return value;
    }
  } catch {
    // Not JSON: then there is no code to read.
  }
  return null;
}
