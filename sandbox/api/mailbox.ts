import type { Message } from './contracts.ts';
import { Webhooks } from './webhooks.ts';

/** A message as it is kept; its status follows from the clock when it is shown. */
export interface StoredMessage {
  seq: number;
  id: string;
  to: string;
  body: string;
  createdAt: number;
}

/** What a finished `Idempotency-Key` stands for: the answer it got, word for word, until `expiresAt`. */
export interface FinishedKey {
  fingerprint: string;
  answer: Message;
  expiresAt: number;
}

/** Rough bytes an object costs beside its text: two UTF-16 strings, a Map entry, the object itself. */
const OVERHEAD = 300;

export function weightOf(message: { to: string; body: string }): number {
  return OVERHEAD + 2 * (message.to.length + message.body.length);
}

/**
 * The messages and idempotency keys of one developer: the newest `capacity` of each.
 *
 * Messages are numbered from 1 and live in a ring, slot `seq % capacity`; so the page after any message begins at a
 * slot that is known without looking, however long the list is.
 */
export class Mailbox {
  readonly capacity: number;
  readonly webhooks = new Webhooks();
  /** Approximate memory in bytes; the mailroom adds these up. */
  weight = OVERHEAD;
  /** Keys whose first request has not been answered yet. */
  readonly running = new Set<string>();
  #ring: StoredMessage[] = [];
  #byId = new Map<string, StoredMessage>();
  #finished = new Map<string, FinishedKey>();
  #newest = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How many were ever sent. */
  get sent(): number {
    return this.#newest;
  }

  get kept(): number {
    return this.#byId.size;
  }

  /** Keeps a message; the oldest makes room. */
  add(message: Omit<StoredMessage, 'seq'>): StoredMessage {
    this.#newest += 1;
    const stored = { ...message, seq: this.#newest };
    const slot = stored.seq % this.capacity;
    const oldest = this.#ring[slot];
    if (oldest) {
      this.#byId.delete(oldest.id);
      this.weight -= weightOf(oldest);
    }
    this.#ring[slot] = stored;
    this.#byId.set(stored.id, stored);
    this.weight += weightOf(stored);
    this.#weighWebhooks(() => this.webhooks.announce(stored));
    return stored;
  }

  addWebhook(url: string, now: number) {
    return this.#weighWebhooks(() => this.webhooks.add(url, now));
  }

  removeWebhook(id: string): boolean {
    return this.#weighWebhooks(() => this.webhooks.remove(id));
  }

  #weighWebhooks<T>(change: () => T): T {
    const before = this.webhooks.weight;
    const result = change();
    this.weight += this.webhooks.weight - before;
    return result;
  }

  get(id: string): StoredMessage | undefined {
    return this.#byId.get(id);
  }

  /** Newest first, strictly older than `before` (a sequence number); touches only the messages it returns. */
  page(limit: number, before = Number.POSITIVE_INFINITY): { messages: StoredMessage[]; hasMore: boolean } {
    const start = Math.min(this.#newest, before - 1);
    const last = Math.max(this.#newest - this.capacity, 0);
    const messages: StoredMessage[] = [];
    let seq = start;
    for (; seq > last && messages.length < limit; seq -= 1) {
      const message = this.#ring[seq % this.capacity];
      if (message) messages.push(message);
    }
    return { messages, hasMore: seq > last };
  }

  finishedKey(key: string, now: number): FinishedKey | undefined {
    const finished = this.#finished.get(key);
    if (!finished || finished.expiresAt > now) return finished;
    this.#forget(key, finished);
    return undefined;
  }

  finishKey(key: string, finished: FinishedKey): void {
    const [oldest] = this.#finished;
    if (oldest && this.#finished.size >= this.capacity) this.#forget(...oldest);
    this.#finished.set(key, finished);
    this.weight += weightOf(finished.answer) + 2 * key.length;
  }

  #forget(key: string, finished: FinishedKey): void {
    this.#finished.delete(key);
    this.weight -= weightOf(finished.answer) + 2 * key.length;
  }
}
