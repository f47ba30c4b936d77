import { CONNECT } from './protocol.ts';

/** The runner's own code, put here as text when the document is built (see build-frame.ts). */
declare const WORKER_SOURCE: string;

// A classic worker from a blob: Chromium refuses module workers from a blob in an opaque origin.
const worker = new Worker(URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' })));

// Only the page that embeds this document may connect, and once: the port then belongs to the worker alone.
addEventListener('message', function connect(event) {
  const port = event.ports[0];
  if (event.source !== parent || event.data !== CONNECT || !port) return;
  removeEventListener('message', connect);
  worker.postMessage(CONNECT, [port]);
});
