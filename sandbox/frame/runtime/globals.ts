import { unavailable } from './process.ts';

/** What a page or a worker has, and this sandbox does not. The frame's policy stops them anyway; this says so. */
const ABSENT = [
  'importScripts',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'XMLHttpRequest',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'indexedDB',
  'caches',
  'close',
];

/** Things whose mere presence makes libraries believe that they are in a page or a worker. */
const HIDDEN = ['postMessage', 'onmessage', 'onmessageerror'];

export function replaceGlobals(globals: Record<string, unknown>): void {
  for (const name of ABSENT) define(name, () => unavailable(name));
  for (const name of HIDDEN) define(name, undefined);
  for (const [name, value] of Object.entries(globals)) define(name, value);
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
