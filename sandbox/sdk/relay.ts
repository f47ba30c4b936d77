/** Relay's SDK: one file without dependencies, for Node 22.18 and newer and for the sandbox. */

export interface NewMessage {
  /** An e-mail address, or a phone number such as +14155550123. */
  to: string;
  /** 1 to 1600 characters. */
  body: string;
}

export interface Message extends NewMessage {
  id: string;
  channel: 'email' | 'sms';
  status: 'queued' | 'delivered';
  created_at: string;
  delivered_at: string | null;
}

export interface WebhookEndpoint {
  id: string;
  url: string;
  events: string[];
  created_at: string;
}

/** A delivery as it is kept: what an HTTP request to the endpoint would hold. */
export interface WebhookDelivery {
  id: string;
  type: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookEvent {
  type: string;
  timestamp: string;
  data: Message;
}

/** Relay refused. Branch on `code`; `message` is a sentence for people. */
export class RelayError extends Error {
  override name = 'RelayError';
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  constructor(status: number, code: string, detail: string, requestId: string | undefined) {
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

export interface RelayOptions {
  /** Without `/v1`. RELAY_URL unless said otherwise. */
  url?: string | undefined;
  /** RELAY_API_KEY unless said otherwise. */
  apiKey?: string | undefined;
}

interface Page<T> {
  data: T[];
  next_cursor?: string | null;
}

export class Relay {
  readonly #url: string;
  readonly #apiKey: string;

  constructor({ url = process.env.RELAY_URL, apiKey = process.env.RELAY_API_KEY }: RelayOptions = {}) {
    if (!url) throw new Error('Relay needs its address: set RELAY_URL.');
    if (!apiKey) throw new Error('Relay needs a key: set RELAY_API_KEY.');
    this.#url = url.replace(/\/+$/, '');
    this.#apiKey = apiKey;
  }

  readonly messages = {
    /** With an `idempotencyKey` it can be called again safely: the message is sent once. */
    send: (message: NewMessage, { idempotencyKey }: { idempotencyKey?: string } = {}): Promise<Message> =>
      this.#call('POST', '/v1/messages', message, idempotencyKey),

    get: (id: string): Promise<Message> => this.#call('GET', `/v1/messages/${encodeURIComponent(id)}`),

    /** Newest first; asks for the next page when the one before has been read. `limit` is the size of a page. */
    list: ({ limit = 20 }: { limit?: number } = {}): AsyncGenerator<Message, void> => this.#list(limit),
  };

  readonly webhooks = {
    /** The `secret` is in this answer and nowhere else. */
    create: (url: string): Promise<WebhookEndpoint & { secret: string }> =>
      this.#call('POST', '/v1/webhook-endpoints', { url }),

    deliveries: async (id: string): Promise<WebhookDelivery[]> =>
      (await this.#call<Page<WebhookDelivery>>('GET', `/v1/webhook-endpoints/${id}/deliveries`)).data,

    remove: (id: string): Promise<void> => this.#call('DELETE', `/v1/webhook-endpoints/${id}`),
  };

  async *#list(limit: number): AsyncGenerator<Message, void> {
    let cursor: string | null | undefined;
    do {
      const next = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page: Page<Message> = await this.#call('GET', `/v1/messages?limit=${limit}${next}`);
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  async #call<T>(method: string, path: string, body?: object, idempotencyKey?: string): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.#apiKey}`,
        ...(body && { 'Content-Type': 'application/json' }),
        ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : undefined;
    if (response.ok) return answer;
    const requestId = response.headers.get('x-request-id') ?? undefined;
    throw new RelayError(response.status, answer?.code ?? 'unknown', answer?.detail ?? '', requestId);
  }
}

const FIVE_MINUTES = 300;

/**
 * Checks a delivery's signature (Standard Webhooks 1.0) and returns its event. Rejects when the body was changed, the
 * secret is another one, or the delivery is older than five minutes. Hand it the body as it came, not parsed.
 */
export async function verifyWebhook(
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<WebhookEvent> {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(at)) <= FIVE_MINUTES)) {
    throw new Error('The delivery is too old, or its time is missing.');
  }
  const bytes = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes(secret.replace(/^whsec_/, '')), algorithm, false, [
    'verify',
  ]);
  const signed = new TextEncoder().encode(`${id}.${at}.${body}`);
  // While a secret is being replaced, a delivery carries one signature for each.
  for (const signature of signatures.split(' ').filter((one) => one.startsWith('v1,'))) {
    if (await crypto.subtle.verify('HMAC', key, bytes(signature.slice(3)), signed)) return JSON.parse(body);
  }
  throw new Error('The signature does not fit the delivery.');
}
