import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { type HeaderList, setHeaders } from './header-list.ts';
import { hopByHop } from './hop-by-hop.ts';
import { lingerOver } from './unread-body.ts';

/** How far a call got: whether the API may have seen it, and whether its answer has begun. */
export interface HowFar {
  sent: boolean;
  begun: boolean;
}

/** Addresses that begin with `from` are another's name for those that begin with `to`. */
export interface Moved {
  from: string;
  to: string;
}

/** What the gateway says of its own in the answer, and what it changes. */
export interface Amendments {
  headers: HeaderList;
  moved: Moved;
}

const EARLY_HINTS = 103;

/** Hands on what the API answers, as it comes and no faster than it is read. Tells `failed` at most once. */
export class ProxiedAnswer implements Dispatcher.DispatchHandler {
  readonly #res: ServerResponse;
  readonly #amend: Amendments;
  readonly #failed: (error: unknown, howFar: HowFar) => void;
  readonly #howFar: HowFar = { sent: false, begun: false };
  #over = false;

  constructor(res: ServerResponse, amend: Amendments, failed: (error: unknown, howFar: HowFar) => void) {
    this.#res = res;
    this.#amend = amend;
    this.#failed = failed;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#howFar.sent = true;
    const leave = () => {
      if (!this.#over) controller.abort(new Error('the caller went away'));
    };
    if (this.#res.destroyed) leave();
    else this.#res.once('close', leave);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    const res = this.#res;
    if (status < 200) {
      if (status === EARLY_HINTS && headers.link && res.req.httpVersion !== '1.0')
        res.writeEarlyHints({ link: headers.link });
      return;
    }
    const list = this.#headers(controller.rawHeaders, headers.connection);
    if (status < 400) res.writeHead(status, list);
    else {
      // Whoever records a failure asks for single headers, which Node then keeps apart.
      setHeaders(res, list);
      res.writeHead(status);
    }
    this.#howFar.begun = true;
    // What comes in the same piece goes out in the same piece; an answer that only begins is not kept waiting.
    if (headers['content-length'] === undefined) setImmediate(() => res.writableEnded || res.flushHeaders());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#res.write(chunk)) return;
    controller.pause();
    this.#res.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#over = true;
    this.#res.end();
    lingerOver(this.#res.req);
  }

  onResponseError(_: unknown, error: Error): void {
    this.#over = true;
    this.#failed(error, this.#howFar);
  }

  /** As they came, without those that the gateway says itself: two values of a CORS header make browsers refuse both. */
  #headers(raw: unknown, connection: string | string[] | undefined): string[] {
    const list = raw as Buffer[];
    const dropped = hopByHop(connection?.toString());
    const kept = [...this.#amend.headers];
    for (let at = 0; at < list.length; at += 2) {
      const name = String(list[at]);
      const known = name.toLowerCase();
      if (dropped(known) || known === 'x-request-id' || known.startsWith('access-control-')) continue;
      const value = (list[at + 1] ?? '').toString('latin1');
      kept.push(name, known === 'location' || known === 'content-location' ? this.#here(value) : value);
    }
    return kept;
  }

  #here(address: string): string {
    const { from, to } = this.#amend.moved;
    if (!address.startsWith(from)) return address;
    const rest = address.slice(from.length);
    return /^([/?#]|$)/.test(rest) ? to + rest : address;
  }
}
