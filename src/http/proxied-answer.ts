import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { watchFailure } from './error-code.ts';
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

/** As undici reads them, by their names in lower case. */
type Answered = Record<string, string | string[] | undefined>;

const EARLY_HINTS = 103;
const SMALL_BYTES = 16 * 1024;

/** Hands on what the API answers, as it comes and no faster than it is read. Tells `failed` at most once. */
export class ProxiedAnswer implements Dispatcher.DispatchHandler {
  readonly #res: ServerResponse;
  readonly #amend: Amendments;
  readonly #failed: (error: unknown, howFar: HowFar) => void;
  readonly #howFar: HowFar = { sent: false, begun: false };
  #over = false;
  /** Bytes of the body that are still to come; NaN where the API does not say. */
  #left = Number.NaN;

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
    else this.#res.on('close', leave);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answered): void {
    const res = this.#res;
    if (status < 200) {
      if (status === EARLY_HINTS && headers.link && res.req.httpVersion !== '1.0')
        res.writeEarlyHints({ link: headers.link });
      return;
    }
    const list = this.#headers(headers);
    if (status < 400) res.writeHead(status, list);
    else {
      // Whoever records a failure asks for single headers, which Node then keeps apart.
      setHeaders(res, list);
      watchFailure(res);
      res.writeHead(status);
    }
    this.#howFar.begun = true;
    this.#left = Number(headers['content-length']);
    // What comes in the same piece goes out in the same piece; an answer that only begins is not kept waiting.
    if (headers['content-length'] === undefined) setImmediate(() => res.writableEnded || res.flushHeaders());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#left -= chunk.length;
    // The last piece and the end in one cost less than one after the other.
    if (this.#left === 0) this.#finish(chunk);
    else if (!this.#res.write(chunk)) this.#wait(controller);
  }

  #wait(controller: Dispatcher.DispatchController): void {
    controller.pause();
    this.#res.once('drain', () => controller.resume());
  }

  #finish(chunk: Buffer): void {
    // As a string it is sent with the head in one write, and so costs half as much.
    if (chunk.length <= SMALL_BYTES) this.#res.end(chunk.toString('latin1'), 'latin1');
    else this.#res.end(chunk);
  }

  onResponseEnd(): void {
    this.#over = true;
    if (!this.#res.writableEnded) this.#res.end();
    lingerOver(this.#res.req);
  }

  onResponseError(_: unknown, error: Error): void {
    this.#over = true;
    this.#failed(error, this.#howFar);
  }

  /** As they came, without those that the gateway says itself: two values of a CORS header make browsers refuse both. */
  #headers(headers: Answered): string[] {
    const dropped = hopByHop(headers.connection?.toString());
    const kept = [...this.#amend.headers];
    for (const name in headers) {
      if (dropped(name) || name === 'x-request-id' || name.startsWith('access-control-')) continue;
      const value = headers[name] ?? '';
      if (typeof value !== 'string') for (const one of value) kept.push(name, one);
      else kept.push(name, name === 'location' || name === 'content-location' ? this.#here(value) : value);
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
