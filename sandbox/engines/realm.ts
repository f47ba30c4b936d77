import { CONNECT, parseWorkerMessage } from '../frame/protocol.ts';

/** A frame with one worker in it, good for one run. */
export interface Realm {
  /** Unguessable, and the name of its run: a message without it is not from our runtime. */
  readonly id: string;
  readonly port: MessagePort;
  /** Resolves when the worker listens; never rejects. */
  readonly ready: Promise<void>;
  /** Resolves when the realm is gone, whoever ended it. */
  readonly closed: Promise<void>;
  isClosed(): boolean;
  /** Removes the frame, and with it the worker, whatever that is doing. */
  close(): void;
}

/**
 * The page listens to no window messages: the only way in is the port, which is handed to the frame's first document.
 * A second document in the frame means that something navigated it, so the realm ends there.
 */
export function openRealm(frameUrl: string): Realm {
  const frame = document.createElement('iframe');
  // Never `allow-same-origin`: the opaque origin is what keeps the reader's session and storage out of reach.
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('aria-hidden', 'true');
  frame.title = 'Sandbox';
  frame.tabIndex = -1;
  frame.hidden = true;
  frame.src = frameUrl;

  const { port1, port2 } = new MessageChannel();
  const ready = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    port1.close();
    frame.remove();
    closed.resolve();
  };

  let loads = 0;
  frame.addEventListener('load', () => {
    loads += 1;
    if (loads > 1) return close();
    // An opaque origin has no name to address, so `*`; the message holds nothing but the port.
    frame.contentWindow?.postMessage(CONNECT, '*', [port2]);
  });
  port1.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (parseWorkerMessage(data, undefined)) ready.resolve();
  };
  document.body.append(frame);
  return {
    id: randomId(),
    port: port1,
    ready: ready.promise,
    closed: closed.promise,
    isClosed: () => isClosed,
    close,
  };
}

function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
}
