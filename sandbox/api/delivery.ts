import type { Message } from './contracts.ts';
import type { StoredMessage } from './mailbox.ts';

/** Long enough to be seen waiting, short enough to be watched. */
const DELIVERY_MS = 1000;

/** How a message looks at a moment; nothing has to run for it to be delivered. */
export function toMessage(stored: StoredMessage, now: number): Message {
  const deliveredAt = stored.createdAt + DELIVERY_MS;
  const delivered = deliveredAt <= now;
  return {
    id: stored.id,
    to: stored.to,
    body: stored.body,
    channel: stored.to.startsWith('+') ? 'sms' : 'email',
    status: delivered ? 'delivered' : 'queued',
    created_at: new Date(stored.createdAt).toISOString(),
    delivered_at: delivered ? new Date(deliveredAt).toISOString() : null,
  };
}
