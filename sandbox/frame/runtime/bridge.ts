import type { BridgeRequest, BridgeResponse } from '../../engine.ts';

/** Sends over the port; the answer comes back through `answered` or `refused`. */
export interface Transport {
  send(id: number, request: BridgeRequest): void;
  abort(id: number): void;
}

/** The page did not make the request; the message is a sentence for the reader. */
export class BridgeRefusal extends Error {
  override name = 'BridgeRefusal';
}

/** Requests on their way through the portal page, because this realm has no network. */
export class Bridge {
  private readonly transport: Transport;
  private readonly waiting = new Map<
    number,
    { resolve(response: BridgeResponse): void; reject(reason: unknown): void }
  >();
  private lastId = 0;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Rejects with BridgeRefusal, or with the signal's reason. */
  async request(request: BridgeRequest, signal?: AbortSignal): Promise<BridgeResponse> {
    signal?.throwIfAborted();
    const id = ++this.lastId;
    const answer = Promise.withResolvers<BridgeResponse>();
    const abort = () => {
      this.transport.abort(id);
      answer.reject(signal?.reason);
    };
    this.waiting.set(id, answer);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.transport.send(id, request);
      return await answer.promise;
    } finally {
      this.waiting.delete(id);
      signal?.removeEventListener('abort', abort);
    }
  }

  answered(id: number, response: BridgeResponse): void {
    this.waiting.get(id)?.resolve(response);
  }

  refused(id: number, message: string): void {
    this.waiting.get(id)?.reject(new BridgeRefusal(message));
  }
}
