import { createHmac, randomBytes } from 'node:crypto';
import { toMessage } from './delivery.ts';
import type { StoredMessage } from './mailbox.ts';
import type { WebhookDelivery, WebhookEndpoint } from './webhook-contracts.ts';

export const ENDPOINTS_KEPT = 10;
export const DELIVERIES_KEPT = 50;

/** Rough bytes of an endpoint beside its address, and of a delivery beside the message it speaks of. */
const ENDPOINT_BYTES = 600;
const DELIVERY_BYTES = 120;

interface Endpoint {
  id: string;
  url: string;
  secret: Buffer;
  createdAt: number;
  /** A ring: slot `seq % DELIVERIES_KEPT`. */
  deliveries: StoredMessage[];
  newest: number;
}

/**
 * The webhook endpoints of one developer, and the deliveries that each would have been sent. Nothing leaves the
 * machine: deliveries are kept and shown. Bounded, and every change costs the number of endpoints at most.
 */
export class Webhooks {
  /** Approximate memory in bytes. */
  weight = 0;
  #endpoints = new Map<string, Endpoint>();

  /** Registers an address; the oldest one makes room. The secret is shown in this answer only. */
  add(url: string, now: number): WebhookEndpoint & { secret: string } {
    const [oldest] = this.#endpoints.keys();
    if (oldest !== undefined && this.#endpoints.size >= ENDPOINTS_KEPT) this.remove(oldest);
    const endpoint: Endpoint = {
      id: `we_${randomBytes(12).toString('hex')}`,
      url,
      secret: randomBytes(24),
      createdAt: now,
      deliveries: [],
      newest: 0,
    };
    this.#endpoints.set(endpoint.id, endpoint);
    this.weight += weightOf(endpoint);
    return { ...view(endpoint), secret: `whsec_${endpoint.secret.toString('base64')}` };
  }

  /** Newest first. */
  list(): WebhookEndpoint[] {
    return [...this.#endpoints.values()].map(view).reverse();
  }

  remove(id: string): boolean {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) return false;
    this.#endpoints.delete(id);
    this.weight -= weightOf(endpoint) + endpoint.deliveries.length * DELIVERY_BYTES;
    return true;
  }

  /** Every endpoint is told of a message that was accepted. */
  announce(message: StoredMessage): void {
    for (const endpoint of this.#endpoints.values()) {
      endpoint.newest += 1;
      const slot = endpoint.newest % DELIVERIES_KEPT;
      if (endpoint.newest <= DELIVERIES_KEPT) this.weight += DELIVERY_BYTES;
      endpoint.deliveries[slot] = message;
    }
  }

  /** Newest first; undefined when there is no such endpoint. Signs only what it returns. */
  deliveries(id: string, limit: number): WebhookDelivery[] | undefined {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) return undefined;
    const found: WebhookDelivery[] = [];
    const last = Math.max(endpoint.newest - DELIVERIES_KEPT, 0);
    for (let seq = endpoint.newest; seq > last && found.length < limit; seq -= 1) {
      const message = endpoint.deliveries[seq % DELIVERIES_KEPT];
      if (message) found.push(sign(endpoint, message));
    }
    return found;
  }
}

function weightOf({ url }: Endpoint): number {
  return ENDPOINT_BYTES + 2 * url.length;
}

function view({ id, url, createdAt }: Endpoint): WebhookEndpoint {
  return { id, url, events: ['message.accepted'], created_at: new Date(createdAt).toISOString() };
}

/** Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body` with the secret's bytes. */
function sign({ id, secret }: Endpoint, message: StoredMessage): WebhookDelivery {
  const at = new Date(message.createdAt).toISOString();
  const body = JSON.stringify({
    type: 'message.accepted',
    timestamp: at,
    data: toMessage(message, message.createdAt),
  });
  // One id per event and endpoint, the same in every attempt: that is how a receiver tells a repetition.
  const webhookId = `whd_${message.id.slice(4, 16)}${id.slice(3, 15)}`;
  const seconds = String(Math.floor(message.createdAt / 1_000));
  const signature = createHmac('sha256', secret).update(`${webhookId}.${seconds}.${body}`).digest('base64');
  return {
    id: webhookId,
    type: 'message.accepted',
    created_at: at,
    status: 'kept',
    headers: {
      'content-type': 'application/json',
      'webhook-id': webhookId,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}
