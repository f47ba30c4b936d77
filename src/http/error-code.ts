import type { ServerResponse } from 'node:http';

const MOST_BYTES = 8_192;
const FIELDS = ['code', 'error_code', 'error'] as const;

/**
 * Watches an answer for the API's own error code: the `code` (or `error`) of a small JSON body with a status of
 * 400 or more. Only that word is kept. Returns a function to ask once the answer is complete.
 */
export function rememberErrorCode(res: ServerResponse): () => string | null {
  let kept = '';
  const keep = (chunk: unknown) => {
    if (res.statusCode < 400 || kept.length > MOST_BYTES) return;
    if (typeof chunk === 'string') kept += chunk;
    else if (chunk instanceof Uint8Array)
      kept += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
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
  return () => (kept === '' || kept.length > MOST_BYTES ? null : readCode(kept));
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
