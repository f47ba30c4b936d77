import { unavailable } from './process.ts';
import { createSubtle } from './subtle.ts';

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

/** The parts of `crypto` that only exist in secure contexts, as far as samples use them. */
export function fillInCrypto(): void {
  if (!crypto.randomUUID) Object.defineProperty(crypto, 'randomUUID', { value: randomUuid });
  if (!crypto.subtle) Object.defineProperty(crypto, 'subtle', { value: createSubtle() });
}

/** A frame of opaque origin is no secure context, and such a one has no `crypto.randomUUID`. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
