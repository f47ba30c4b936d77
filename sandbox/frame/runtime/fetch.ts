import type { BridgeRequest, BridgeResponse } from '../../engine.ts';
import type { Liveness } from './liveness.ts';

/** Sends a request over the port; the answer comes back through `settle`. */
export interface Transport {
  send(id: number, request: BridgeRequest): void;
  abort(id: number): void;
}

const NULL_BODY = [101, 204, 205, 304];

/** A `fetch` that asks the portal page to make the request, because this realm has no network. */
export function createFetch(transport: Transport, liveness: Liveness) {
  const waiting = new Map<
    number,
    { resolve(response: BridgeResponse): void; refuse(message: string): void }
  >();
  let lastId = 0;

  async function fetchOverBridge(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const failure = new TypeError('fetch failed');
    const address = input instanceof Request ? input.url : String(input);
    if (!URL.canParse(address)) throw new TypeError(`Failed to parse URL from ${address}`);
    const request = new Request(input, init);
    const id = ++lastId;
    request.signal.throwIfAborted();
    const answer = Promise.withResolvers<BridgeResponse>();
    // Made here and not when the refusal arrives, so that its trace leads to the reader's line.
    const refuse = (message: string) => {
      answer.reject(Object.defineProperty(failure, 'cause', { value: new Error(message) }));
    };
    waiting.set(id, { resolve: answer.resolve, refuse });
    const abort = () => {
      transport.abort(id);
      answer.reject(request.signal.reason);
    };
    request.signal.addEventListener('abort', abort, { once: true });
    try {
      const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
      transport.send(id, { method: request.method, url: request.url, headers: [...request.headers], body });
      return toResponse(await answer.promise);
    } finally {
      waiting.delete(id);
      request.signal.removeEventListener('abort', abort);
    }
  }

  return {
    fetch: (input: RequestInfo | URL, init?: RequestInit) => liveness.during(fetchOverBridge(input, init)),
    answered: (id: number, response: BridgeResponse) => waiting.get(id)?.resolve(response),
    refused: (id: number, message: string) => waiting.get(id)?.refuse(message),
  };
}

function toResponse({ url, status, statusText, headers, body }: BridgeResponse): Response {
  const response = new Response(NULL_BODY.includes(status) ? null : body, { status, statusText, headers });
  return Object.defineProperty(response, 'url', { value: url });
}
