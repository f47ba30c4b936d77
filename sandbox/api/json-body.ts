import { placeOfBreak } from './json-place.ts';
import { RelayProblem } from './problem.ts';

export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads the body and counts while it reads, so that a chunked body, which announces no length, meets the same limit.
 *
 * @throws RelayProblem `body_too_large`, `invalid_json`
 */
async function readText(request: Request): Promise<string> {
  const tooLarge = () =>
    new RelayProblem(
      'body_too_large',
      `The body is larger than ${MAX_BODY_BYTES} bytes. A message needs no more than 1600 characters: shorten it or send several.`,
    );
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks));
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RelayProblem(
      'invalid_json',
      'The body is not UTF-8, which JSON must be. Encode it as UTF-8 and send it again.',
    );
  }
}

/** For people: lines and columns count from 1. */
function placeIn(text: string): string {
  const position = placeOfBreak(text) ?? text.length;
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} (position ${position})`;
}

/**
 * The same request with its body read: JSON, known to parse.
 *
 * @throws RelayProblem `unsupported_media_type`, `body_too_large`, `invalid_json`
 */
export async function readJson(request: Request): Promise<Request> {
  const sent = request.headers.get('content-type');
  const mediaType = sent?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType !== 'application/json') {
    throw new RelayProblem(
      'unsupported_media_type',
      `${sent ? `The Content-Type is ${mediaType.slice(0, 80)}` : 'There is no Content-Type'}, and this route reads JSON only. Send "Content-Type: application/json".`,
      { headers: { 'Accept-Post': 'application/json' } },
    );
  }
  const text = await readText(request);
  try {
    JSON.parse(text);
    const { method, url, headers } = request;
    return new Request(url, { method, headers: [...headers], body: text });
  } catch {
    const detail = text.trim()
      ? `The body stops being JSON at ${placeIn(text)}. Mend it there and send it again.`
      : 'The body is empty. Send a JSON object such as {"to": "ada@example.com", "body": "Hello"}.';
    throw new RelayProblem('invalid_json', detail);
  }
}
