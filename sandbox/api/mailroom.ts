import { LRUCache } from 'lru-cache';
import { Mailbox } from './mailbox.ts';

export interface MailroomLimits {
  /** How many developers are remembered; the one who called least recently is forgotten first. */
  developers: number;
  /** Messages, and idempotency keys, kept per developer. */
  messagesPerDeveloper: number;
  /** All mailboxes together, in bytes (approximate). */
  bytes: number;
}

/** A mailbox per developer, within a bound on developers and on memory. */
export class Mailroom {
  #limits: MailroomLimits;
  #boxes: LRUCache<string, Mailbox>;
  #bytes = 0;

  constructor(limits: MailroomLimits) {
    this.#limits = limits;
    this.#boxes = new LRUCache({
      max: limits.developers,
      dispose: (box) => {
        this.#bytes -= box.weight;
      },
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  get developers(): number {
    return this.#boxes.size;
  }

  /** The developer's mailbox if there is one; asking does not make one. */
  find(developer: string): Mailbox | undefined {
    return this.#boxes.get(developer);
  }

  open(developer: string): Mailbox {
    const found = this.#boxes.get(developer);
    if (found) return found;
    const box = new Mailbox(this.#limits.messagesPerDeveloper);
    this.#boxes.set(developer, box);
    this.#bytes += box.weight;
    return box;
  }

  /** Runs a change of one mailbox and keeps the total within bounds; others give way before the one that is in use. */
  change<T>(developer: string, run: (box: Mailbox) => T): T {
    const box = this.open(developer);
    const before = box.weight;
    try {
      return run(box);
    } finally {
      this.#bytes += box.weight - before;
      while (this.#bytes > this.#limits.bytes && this.#boxes.size > 1) this.#boxes.pop();
    }
  }
}
