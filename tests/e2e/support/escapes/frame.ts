import type { Attempt } from './attempt.ts';

/** From the frame's own document, where no code of a reader runs: as if it had got there. */
export const fromTheFrame: readonly Attempt[] = [
  { name: "the page's document", code: `return parent.document.title;` },
  { name: "the page's cookies", code: `return top.document.cookie;` },
  { name: "the page's local storage", code: `return parent.localStorage.getItem('secret');` },
  { name: "the page's variables", code: `return parent.secret;` },
  { name: "the page's functions", code: `return parent.run && 'run';` },
  { name: "the page's address", code: `return parent.location.href;` },
  { name: 'the element that holds it', code: `return window.frameElement?.ownerDocument.title;` },
  { name: 'cookies of its own', code: `document.cookie = 'a=1'; return document.cookie;` },
  {
    name: 'local storage of its own',
    code: `localStorage.setItem('secret', 'leak'); return localStorage.getItem('secret');`,
  },
  { name: 'session storage', code: `sessionStorage.setItem('a', 'leak'); return 'stored';` },
  {
    name: 'IndexedDB in the frame',
    code: `return new Promise((done, fail) => { const r = indexedDB.open('portal'); r.onsuccess = () => done('open'); r.onerror = fail; });`,
  },
  { name: 'fetch in the frame', code: `return (await fetch(PORTAL + '/leak-frame-fetch')).status;` },
  { name: 'a beacon', code: `navigator.sendBeacon(PORTAL + '/leak-beacon', 'x');` },
  { name: 'an image', code: `new Image().src = PORTAL + '/leak-image';` },
  {
    name: 'a script',
    code: `document.head.append(Object.assign(document.createElement('script'), { src: PORTAL + '/leak-script' }));`,
  },
  {
    name: 'a style sheet and a prefetch',
    code: `for (const rel of ['stylesheet', 'prefetch', 'preload', 'modulepreload'])
      document.head.append(Object.assign(document.createElement('link'), { rel, as: 'script', href: PORTAL + '/leak-' + rel }));`,
  },
  {
    name: 'a frame within the frame',
    code: `document.documentElement.append(Object.assign(document.createElement('iframe'), { src: PORTAL + '/leak-iframe' }));`,
  },
  {
    name: 'media',
    code: `document.documentElement.append(Object.assign(document.createElement('video'), { src: PORTAL + '/leak-video', autoplay: true }));`,
  },
  {
    name: 'XMLHttpRequest in the frame',
    code: `const x = new XMLHttpRequest(); x.open('GET', PORTAL + '/leak-frame-xhr', false); x.send(); return x.status;`,
  },
  {
    name: 'a WebSocket of the frame',
    code: `new WebSocket(PORTAL.replace('http', 'ws') + '/leak-frame-socket');`,
  },
  {
    name: 'a worker of the frame that fetches',
    code: `const code = 'fetch(' + JSON.stringify(PORTAL + '/leak-frame-worker') + ').then((r) => postMessage(r.status), () => postMessage(0))';
      const w = new Worker(URL.createObjectURL(new Blob([code])));
      return new Promise((done) => { w.onmessage = ({ data }) => done(data); });`,
  },
  {
    name: 'a picture of a style',
    code: `document.documentElement.style.cssText = 'display: block; background: url("' + PORTAL + '/leak-style")'; new Image().srcset = PORTAL + '/leak-srcset 1x';`,
  },
  {
    name: 'a font',
    code: `await new FontFace('leak', 'url("' + PORTAL + '/leak-font")').load(); return 'loaded';`,
  },
  {
    name: 'the frame itself, gone to a page of the portal',
    code: `location.href = PORTAL + '/leak-self';`,
    mayArrive: true,
  },
  {
    name: 'a form to the portal',
    code: `const f = Object.assign(document.createElement('form'), { action: PORTAL + '/leak-form', method: 'post' }); document.documentElement.append(f); f.submit();`,
  },
  {
    name: 'a form into the whole window',
    code: `const f = Object.assign(document.createElement('form'), { action: PORTAL + '/leak-form-top', method: 'post', target: '_top' }); document.documentElement.append(f); f.submit();`,
  },
  { name: 'a new window', code: `return window.open(PORTAL + '/leak-window') && 'opened';` },
  { name: 'the whole window, by its address', code: `top.location.href = PORTAL + '/leak-top';` },
  {
    name: 'the whole window, by a link',
    code: `const a = Object.assign(document.createElement('a'), { href: PORTAL + '/leak-link', target: '_top' }); document.documentElement.append(a); a.click();`,
  },
  {
    name: 'a download',
    code: `const a = Object.assign(document.createElement('a'), { href: 'data:text/plain,leak', download: 'leak.txt' }); document.documentElement.append(a); a.click();`,
  },
  {
    name: 'a dialog',
    code: `alert('leak'); if (confirm('leak')) return 'confirmed'; return prompt('leak');`,
  },
  {
    name: 'a service worker of the frame',
    code: `return (await navigator.serviceWorker.register(PORTAL + '/leak-sw.js')) && 'registered';`,
  },
  {
    name: 'a shared worker',
    code: `const w = new SharedWorker(PORTAL + '/leak-shared.js'); return new Promise((done) => { w.port.onmessage = () => done('answered'); w.port.start(); });`,
  },
  { name: 'a broadcast from the frame', code: `new BroadcastChannel('portal').postMessage('leak');` },
  {
    name: 'forged messages to the page',
    code: `for (const type of ['ready', 'output', 'exit', 'request', 'firstcall:connect', 'firstcall:language']) parent.postMessage({ type, runId: 'x', exitCode: 0, detail: 'leak' }, '*');`,
    // The page listens to no window messages: here to one that it believes.
    planted: { page: `addEventListener('message', ({ data }) => { document.title = data.detail; })` },
  },
  {
    name: 'a message to itself, dressed as the page, with a worker of its own',
    code: `const { port1, port2 } = new MessageChannel();
      const source = 'addEventListener("message", (e) => e.ports[0].postMessage({ type: "ready" }))';
      postMessage({ type: 'firstcall:connect', worker: { kind: 'classic', source } }, '*', [port2]);
      return new Promise((done) => { port1.onmessage = ({ data }) => done(data.type); });`,
  },
];
