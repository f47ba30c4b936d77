import type { BridgeResponse } from '../../engine.ts';
import { type Bridge, BridgeRefusal } from './bridge.ts';
import type { Liveness } from './liveness.ts';

const NULL_BODY = [101, 204, 205, 304];

/** A `fetch` that asks the portal page to make the request. */
export function createFetch(bridge: Bridge, liveness: Liveness): typeof fetch {
  async function fetchOverBridge(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    // Made here and not when the refusal arrives, so that its trace leads to the reader's line.
    const failure = new TypeError('fetch failed');
    const address = input instanceof Request ? input.url : String(input);
    if (!URL.canParse(address)) throw new TypeError(`Failed to parse URL from ${address}`);
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const { method, url, headers } = request;
    try {
      return toResponse(await bridge.request({ method, url, headers: [...headers], body }, request.signal));
    } catch (error) {
      if (!(error instanceof BridgeRefusal)) throw error;
      throw Object.defineProperty(failure, 'cause', { value: new Error(error.message) });
    }
  }
  return (input, init) => liveness.during(fetchOverBridge(input, init));
}

function toResponse({ url, status, statusText, headers, body }: BridgeResponse): Response {
  const response = new Response(NULL_BODY.includes(status) ? null : body, { status, statusText, headers });
  return Object.defineProperty(response, 'url', { value: url });
}
