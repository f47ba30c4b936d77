import type { BridgeRequest, BridgeResponse, RequestBridge } from '../../../sandbox/engine.ts';
import { judgeRequest } from './allow-list.ts';

const MAX_REQUESTS = 100;
const MAX_REQUEST_BYTES = 1_000_000;
const MAX_RESPONSE_BYTES = 2_000_000;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Answers to a key of ours that a new key would change. */
const STALE = ['expired_key', 'revoked_key', 'unknown_key'];

/** What the page may show of a request while it is made. */
export interface RequestNote {
  answered(status: number, durationMs: number, body: string): void;
  failed(reason: string): void;
}

export interface BrokerOptions {
  /** Such as `http://localhost:4321/v1`: the only place requests may go. */
  apiBase: string;
  /** Stands for the key in the program; worth nothing outside this page. */
  placeholder: string;
  /** The real key. Called when a request needs it, again after `forgetKey`. */
  getKey(): Promise<string>;
  /** The API no longer takes the key. */
  forgetKey(): void;
  onRequest(method: string, path: string): RequestNote;
}

/**
 * Makes the requests of one run, in the page, where the key is. The program names the place of the key with a
 * placeholder; only in `Authorization` does it become the real one, and only on the way to the API.
 */
export function createBroker(options: BrokerOptions): RequestBridge {
  let made = 0;
  return async (request, signal) => {
    const method = request.method.toUpperCase();
    if (!METHODS.includes(method))
      throw new Error(`The method ${method} is not one that this sandbox sends.`);
    const verdict = judgeRequest(request.url, options.apiBase);
    const shown = verdict.allowed ? verdict.url.pathname + verdict.url.search : request.url.slice(0, 200);
    const note = options.onRequest(method, shown);
    const startedAt = performance.now();
    try {
      if (!verdict.allowed) throw new Error(verdict.reason);
      made += 1;
      if (made > MAX_REQUESTS)
        throw new Error(`One run may make ${MAX_REQUESTS} requests, and this was one more.`);
      if (request.body && request.body.byteLength > MAX_REQUEST_BYTES) {
        throw new Error('The request is larger than 1 MB, which is what this sandbox sends at most.');
      }
      const response = await send(verdict.url, { ...request, method }, signal, options);
      const text = new TextDecoder().decode(response.body.slice(0, 4_000));
      note.answered(response.status, performance.now() - startedAt, text);
      return response;
    } catch (error) {
      const reason = signal.aborted ? 'It was stopped.' : explain(error);
      note.failed(reason);
      throw new Error(reason);
    }
  };
}

/** Once more with a new key when ours turns out to be no longer good: nothing was done with the first request. */
async function send(
  url: URL,
  request: BridgeRequest,
  signal: AbortSignal,
  options: BrokerOptions,
): Promise<BridgeResponse> {
  const first = await sendOnce(url, request, signal, options);
  if (first.status !== 401 || !usesKey(request, options.placeholder) || !isStale(first.body)) return first;
  options.forgetKey();
  return sendOnce(url, request, signal, options);
}

async function sendOnce(
  url: URL,
  request: BridgeRequest,
  signal: AbortSignal,
  { placeholder, getKey }: BrokerOptions,
): Promise<BridgeResponse> {
  const headers = new Headers();
  for (const [name, value] of request.headers) {
    const isAuthorization = name.toLowerCase() === 'authorization';
    const needsKey = isAuthorization && value.includes(placeholder);
    headers.append(name, needsKey ? value.replace(placeholder, await getKey()) : value);
  }
  const response = await fetch(url, {
    method: request.method,
    headers,
    body: request.body,
    signal,
    mode: 'cors',
    // The reader's session stays out of it: what the program gets is what anyone with this key would get.
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'error',
    cache: 'no-store',
  });
  const { status, statusText } = response;
  return {
    url: url.href,
    status,
    statusText,
    headers: [...response.headers],
    body: await readBody(response),
  };
}

async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES)
      throw new Error('The answer is larger than 2 MB, which is what this sandbox reads at most.');
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function usesKey(request: BridgeRequest, placeholder: string): boolean {
  return request.headers.some(
    ([name, value]) => name.toLowerCase() === 'authorization' && value.includes(placeholder),
  );
}

function isStale(body: Uint8Array): boolean {
  try {
    return STALE.includes(JSON.parse(new TextDecoder().decode(body)).code);
  } catch {
    return false;
  }
}

function explain(error: unknown): string {
  if (error instanceof TypeError) {
    return 'The API did not answer, or answered with a redirect. Check that it is running, then run again.';
  }
  return error instanceof Error ? error.message : String(error);
}
