import { CONNECT, type ConnectMessage, type WorkerCode, type WorkerConnectMessage } from './protocol.ts';

/** The JavaScript worker, put here as text when the document is built (see build-frame.ts). */
declare const WORKER_SOURCE: string;

// Only the page that embeds this document may connect, and once: the port then belongs to the worker alone.
addEventListener('message', function connect({ source, data, ports }: MessageEvent<ConnectMessage>) {
  const port = ports[0];
  if (source !== parent || data?.type !== CONNECT || !port) return;
  removeEventListener('message', connect);
  const worker = startWorker(data.worker ?? { kind: 'classic', source: WORKER_SOURCE });
  const message: WorkerConnectMessage = { type: CONNECT, assets: data.assets ?? {} };
  worker.postMessage(message, [port]);
});

/** A classic worker from a blob, a module from a `data:` address: in an opaque origin Chromium takes no other. */
function startWorker({ kind, source }: WorkerCode): Worker {
  if (kind === 'module')
    return new Worker(`data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`, { type: 'module' });
  return new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
}
