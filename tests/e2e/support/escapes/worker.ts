import type { Attempt } from './attempt.ts';

/** From the worker, as code of a reader's JavaScript. */
export const fromTheWorker: readonly Attempt[] = [
  {
    name: 'fetch of the platform, found again on a prototype',
    code: `const native = Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'fetch')?.value
      ?? Object.getPrototypeOf(Object.getPrototypeOf(self)).fetch;
      return (await native.call(self, PORTAL + '/leak-fetch')).status;`,
  },
  {
    name: 'XMLHttpRequest',
    code: `const x = new XMLHttpRequest(); x.open('GET', PORTAL + '/leak-xhr', false); x.send(); return x.status;`,
  },
  {
    name: 'WebSocket',
    code: `const s = new WebSocket(PORTAL.replace('http', 'ws') + '/leak-socket');
      return new Promise((done) => { s.onopen = () => done('open'); s.onerror = () => done(); });`,
  },
  {
    name: 'EventSource',
    code: `const s = new EventSource(PORTAL + '/leak-events');
      return new Promise((done) => { s.onmessage = s.onopen = () => done('open'); s.onerror = () => done(); });`,
  },
  {
    name: 'WebTransport',
    code: `const t = new WebTransport(PORTAL.replace('http:', 'https:') + '/leak-transport'); await t.ready; return 'ready';`,
  },
  { name: 'importScripts', code: `importScripts(PORTAL + '/leak-script.js'); return 'loaded';` },
  {
    name: 'import of another address, out of sight of the linker',
    code: `return Object.keys(await Function('at', 'return import(at)')(PORTAL + '/leak-script.js'));`,
  },
  {
    name: 'a worker of its own that fetches',
    code: `const code = 'fetch(' + JSON.stringify(PORTAL + '/leak-nested') + ').then((r) => postMessage(r.status), () => postMessage(0))';
      const w = new Worker(URL.createObjectURL(new Blob([code])));
      return new Promise((done) => { w.onmessage = ({ data }) => done(data); w.onerror = () => done(); });`,
  },
  {
    name: 'a worker of its own from a data: address that fetches',
    code: `const code = 'fetch(' + JSON.stringify(PORTAL + '/leak-nested-data') + ').then((r) => postMessage(r.status), () => postMessage(0))';
      const w = new Worker('data:text/javascript,' + encodeURIComponent(code), { type: 'module' });
      return new Promise((done) => { w.onmessage = ({ data }) => done(data); w.onerror = () => done(); });`,
  },
  {
    name: 'IndexedDB',
    code: `return new Promise((done, fail) => { const r = indexedDB.open('portal'); r.onsuccess = () => done('open'); r.onerror = fail; });`,
  },
  { name: 'the cache of the browser', code: `return (await caches.open('portal')) && 'open';` },
  {
    name: 'the private file system',
    code: `return (await navigator.storage.getDirectory()) && 'open';`,
  },
  {
    name: 'a lock that the portal might wait for',
    code: `return navigator.locks.request('portal', () => 'held');`,
  },
  {
    name: 'a broadcast to the portal page',
    code: `const c = new BroadcastChannel('portal'); c.postMessage('leak');
      return new Promise((done) => { c.onmessage = ({ data }) => done(data); });`,
  },
  {
    name: 'a message to itself, dressed as the frame',
    code: `const { port1, port2 } = new MessageChannel();
      dispatchEvent(new MessageEvent('message', { data: { type: 'firstcall:connect' }, ports: [port1] }));
      return new Promise((done) => { port2.onmessage = ({ data }) => done(data.type); });`,
  },
  {
    name: 'the key, to another path of the portal',
    code: `return (await fetch(PORTAL + '/leak-key', { headers: { Authorization: 'Bearer fc_test_PLACEHOLDER' } })).status;`,
  },
  {
    name: 'the key, by a path that servers read differently',
    code: `return (await fetch(PORTAL + '/v1/..%2fleak-key', { headers: { Authorization: 'Bearer fc_test_PLACEHOLDER' } })).status;`,
  },
  {
    name: 'a request in the name of the runtime to a foreign address',
    code: `const send = MessagePort.prototype.postMessage; let port;
      MessagePort.prototype.postMessage = function (m, ...r) { port = this; globalThis.runId = m.runId ?? globalThis.runId; return send.call(this, m, ...r); };
      console.log('found the port'); await new Promise((r) => setTimeout(r, 50));
      return new Promise((done) => {
        port.addEventListener('message', ({ data }) => { if (data.id === 77) done(data.response?.status); });
        send.call(port, { type: 'request', runId: globalThis.runId, id: 77, request: { method: 'GET', url: PORTAL + '/leak-port', headers: [], body: null } });
      });`,
  },
  {
    name: 'messages in the name of another run',
    code: `const send = MessagePort.prototype.postMessage; let port;
      MessagePort.prototype.postMessage = function (...a) { port = this; return send.apply(this, a); };
      console.log('found the port'); await new Promise((r) => setTimeout(r, 50));
      for (const runId of [undefined, null, '', 'other', {}, ['r']]) {
        send.call(port, { type: 'output', runId, chunks: [{ stream: 'stdout', text: 'ESCAPED as another run' }] });
        send.call(port, { type: 'exit', runId, exitCode: 0, droppedBytes: 0 });
      }`,
  },
  {
    name: 'messages with the names of prototypes',
    code: `const send = MessagePort.prototype.postMessage; let port, runId;
      MessagePort.prototype.postMessage = function (m, ...r) { port = this; runId = m.runId ?? runId; return send.call(this, m, ...r); };
      console.log('found the port'); await new Promise((r) => setTimeout(r, 50));
      for (const type of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
        send.call(port, JSON.parse('{"type":"' + type + '","runId":"' + runId + '","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));`,
  },
  {
    name: 'a changed Object.prototype',
    code: `Object.prototype.polluted = 'leak'; Array.prototype.polluted = 'leak'; Object.prototype.secret = 'leak';`,
    heldBy: 'the browser: a worker has prototypes of its own',
    planted: { page: `Object.prototype.polluted = 'leak'` },
  },
  {
    name: 'the window behind the worker',
    code: `const ways = [() => parent, () => top, () => window, () => document, () => opener, () => Function('return this')().parent];
      for (const way of ways) { try { const w = way(); if (w) return String(w); } catch {} }`,
    heldBy: 'the browser: a worker has no window',
    planted: { program: `globalThis.opener = 'a window';` },
  },
  {
    name: 'a report to the portal by an error',
    code: `reportError(new Error('leak')); setTimeout(() => { throw new Error('leak'); }, 0).ref?.();`,
    heldBy: "the browser: an error of a frame is not its parent's",
    planted: { page: `setTimeout(() => { throw new Error('leak'); }, 0)` },
  },
  {
    name: 'the end of its own worker',
    code: `setTimeout(() => self.close(), 0); await new Promise(() => {});`,
  },
];
