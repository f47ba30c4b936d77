import { deflateSync, inflateSync } from 'fflate';
import type { SampleFile } from '../../../../sandbox/engine.ts';

/** Edited code of one sample, as a link carries it: whole files, and only those that differ from the sample. */
export interface SharedCode {
  sample: string;
  language: string;
  files: SampleFile[];
}

/** What a page has to hold shared code against. */
export interface ShareableSample {
  name: string;
  languages: readonly { id: string; paths: readonly string[] }[];
}

export type ShareRefusal =
  | { reason: 'version' | 'malformed' | 'too_large' | 'key' }
  | { reason: 'sample' | 'language' | 'file'; name: string };
export type EncodedShare = { ok: true; fragment: string } | { ok: false; reason: 'too_large' | 'key' };
export type DecodedShare = { ok: true; code: SharedCode } | ({ ok: false } & ShareRefusal);

/** How every such fragment begins; what follows is `<version>/<sample>/<language>/<files>/<check>`. */
export const SHARE_PREFIX = '#code=';
const VERSION = '1';
/** Of the files, compressed. Mail and chat programs cut links that are much longer. */
export const MAX_LINK_CHARS = 8_000;
/** Of the files, unpacked: 8,000 characters can be made to unfold to six megabytes. */
export const MAX_CODE_BYTES = 64_000;
/**
 * As the gateway issues keys and as most APIs write theirs; the sandbox's placeholder does not look like it. Of the
 * prefix one character is enough: a pattern for all of it would take seconds on a long text made for that.
 */
const KEY = /[a-z0-9]_(?:test|live)_[0-9A-Za-z]{16}/;

/** The fragment that carries this code, or why there is none. A link never carries a key. */
export function encodeShare({ sample, language, files }: SharedCode): EncodedShare {
  if (files.some(({ text }) => KEY.test(text))) return { ok: false, reason: 'key' };
  const bytes = new TextEncoder().encode(JSON.stringify(files.map(({ path, text }) => [path, text])));
  if (bytes.length > MAX_CODE_BYTES) return { ok: false, reason: 'too_large' };
  const packed = toBase64Url(deflateSync(bytes, { level: 9 }));
  if (packed.length > MAX_LINK_CHARS) return { ok: false, reason: 'too_large' };
  // The check comes last: programs that find links in text leave out a `-` or `_` at the end.
  return {
    ok: true,
    fragment: [`${SHARE_PREFIX}${VERSION}`, sample, language, packed, check(packed)].join('/'),
  };
}

/**
 * Reads a fragment that may come from anybody. Never throws; what it returns names only samples, languages and files
 * that are on the page.
 */
export function decodeShare(fragment: string, samples: readonly ShareableSample[]): DecodedShare {
  if (!fragment.startsWith(SHARE_PREFIX)) return refuse('malformed');
  const [version = '', name = '', id = '', packed = '', sum, ...more] = fragment
    .slice(SHARE_PREFIX.length)
    .split('/');
  if (version !== VERSION) return refuse(/^\d{1,3}$/.test(version) ? 'version' : 'malformed');
  if (packed.length > MAX_LINK_CHARS) return refuse('too_large');
  if (sum !== check(packed) || more.length > 0) return refuse('malformed');
  const sample = samples.find((one) => one.name === name);
  if (!sample) return { ok: false, reason: 'sample', name };
  const language = sample.languages.find((one) => one.id === id);
  if (!language) return { ok: false, reason: 'language', name: id };
  const unpacked = unpack(packed);
  if (typeof unpacked !== 'string') return unpacked;
  const files = readFiles(unpacked);
  if (!files) return refuse('malformed');
  if (files.some(({ text }) => KEY.test(text))) return refuse('key');
  const strange = files.find(({ path }) => !language.paths.includes(path));
  if (strange) return { ok: false, reason: 'file', name: strange.path };
  return { ok: true, code: { sample: name, language: id, files } };
}

function refuse(reason: 'version' | 'malformed' | 'too_large' | 'key'): DecodedShare & { ok: false } {
  return { ok: false, reason };
}

function unpack(packed: string): string | (DecodedShare & { ok: false }) {
  try {
    // Of a fixed size, so that nothing unfolds beyond it.
    const bytes = inflateSync(fromBase64Url(packed), { out: new Uint8Array(MAX_CODE_BYTES + 1) });
    if (bytes.length > MAX_CODE_BYTES) return refuse('too_large');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // How a block that is stored as it is does not fit.
    return refuse(error instanceof RangeError ? 'too_large' : 'malformed');
  }
}

/** Pairs of path and text, each path once; null for anything else. */
function readFiles(json: string): SampleFile[] | null {
  let pairs: unknown;
  try {
    pairs = JSON.parse(json);
  } catch {
    return null;
  }
  if (!Array.isArray(pairs) || pairs.length === 0) return null;
  const files = new Map<string, string>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) return null;
    const [path, text]: unknown[] = pair;
    if (typeof path !== 'string' || typeof text !== 'string' || files.has(path)) return null;
    files.set(path, text);
  }
  return Array.from(files, ([path, text]) => ({ path, text }));
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** FNV-1a. Tells a link that was cut or bent on its way; anybody can make one that holds. */
function check(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
