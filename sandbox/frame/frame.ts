import {
  CONNECT,
  type ConnectMessage,
  type HostMessage,
  MAX_MESSAGES,
  parseWorkerMessage,
  type WorkerCode,
  type WorkerConnectMessage,
} from './protocol.ts';

/** The JavaScript worker, put here as text when the document is built (see build-frame.ts). */
declare const WORKER_SOURCE: string;

// Only the page that embeds this document may connect, and once.
addEventListener('message', function connect({ source, data, ports }: MessageEvent<ConnectMessage>) {
  const page = ports[0];
  if (source !== parent || data?.type !== CONNECT || !page) return;
  removeEventListener('message', connect);
  const worker = startWorker(data.worker ?? { kind: 'classic', source: WORKER_SOURCE });
  const { port1, port2 } = new MessageChannel();
  relay(page, port1, () => worker.terminate());
  const message: WorkerConnectMessage = { type: CONNECT, assets: data.assets ?? {} };
  worker.postMessage(message, [port2]);
});

/** A classic worker from a blob, a module from a `data:` address: in an opaque origin Chromium takes no other. */
function startWorker({ kind, source }: WorkerCode): Worker {
  if (kind === 'module')
    return new Worker(`data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`, { type: 'module' });
  return new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
}

/**
 * Stands between worker and page, because browsers give a sandboxed frame a process of its own: a worker that floods
 * it, or sends something enormous, keeps this document busy and not the reader's.
 */
function relay(page: MessagePort, worker: MessagePort, endWorker: () => void): void {
  let runId: string | undefined;
  let messages = 0;
  page.onmessage = ({ data }: MessageEvent<HostMessage>) => {
    if (data.type === 'run') runId = data.runId;
    worker.postMessage(data);
  };
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    messages += 1;
    if (messages > MAX_MESSAGES && runId !== undefined) {
      endWorker();
      worker.close();
      page.postMessage({ type: 'flooded', runId });
      return;
    }
    const message = parseWorkerMessage(data, runId);
    if (message) page.postMessage(message);
  };
}
