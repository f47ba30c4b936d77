import { CONNECT, parseWorkerMessage, type WorkerCode } from '../frame/protocol.ts';

/** What a realm runs in place of the frame's own worker, and the files that it needs to start. */
export interface RealmBoot {
  worker: WorkerCode;
  assets: Record<string, Blob>;
}

/** A frame with one worker in it, good for one run. */
export interface Realm {
  /** Unguessable, and the name of its run: a message without it is not from our runtime. */
  readonly id: string;
  readonly port: MessagePort;
  /** Resolves when the worker listens, with what later realms may start from; never rejects. */
  readonly ready: Promise<Record<string, Blob>>;
  /** Resolves when the realm is gone, whoever ended it, with the reason if it could not start. */
  readonly closed: Promise<string | undefined>;
  isClosed(): boolean;
  /** Removes the frame, and with it the worker, whatever that is doing. */
  close(reason?: string): void;
}

/**
 * The page listens to no window messages: the only way in is the port, which is handed to the frame's first document.
 * A second document in the frame means that something navigated it, so the realm ends there.
 */
export function openRealm(frameUrl: string, boot?: Promise<RealmBoot>): Realm {
  const frame = document.createElement('iframe');
  // Never `allow-same-origin`: the opaque origin is what keeps the reader's session and storage out of reach.
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('aria-hidden', 'true');
  frame.title = 'Sandbox';
  frame.tabIndex = -1;
  frame.hidden = true;
  frame.src = frameUrl;

  const { port1, port2 } = new MessageChannel();
  const ready = Promise.withResolvers<Record<string, Blob>>();
  const closed = Promise.withResolvers<string | undefined>();
  let isClosed = false;
  const close = (reason?: string) => {
    if (isClosed) return;
    isClosed = true;
    port1.close();
    frame.remove();
    closed.resolve(reason);
  };
  const connect = (parts?: RealmBoot) => {
    // An opaque origin has no name to address, so `*`; with the port go nothing but files that anybody may read.
    if (!isClosed) frame.contentWindow?.postMessage({ ...parts, type: CONNECT }, '*', [port2]);
  };

  let loads = 0;
  frame.addEventListener('load', () => {
    loads += 1;
    if (loads > 1) return close();
    if (boot)
      boot.then(connect, (error: unknown) => close(error instanceof Error ? error.message : String(error)));
    else connect();
  });
  port1.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = parseWorkerMessage(data, undefined);
    if (message?.type === 'ready') ready.resolve(message.assets ?? {});
    else if (message?.type === 'broken') close(message.reason);
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
