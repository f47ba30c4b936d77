import { unavailable } from './process.ts';
import { hmacSha256, sha256 } from './sha256.ts';

interface HmacKey {
  readonly type: 'secret';
  readonly algorithm: { name: 'HMAC'; hash: { name: 'SHA-256' } };
}

type Algorithm = string | { name: string; hash?: Algorithm };

const secrets = new WeakMap<object, Uint8Array>();

/**
 * The part of `crypto.subtle` that samples use, for a realm without it: SHA-256, and HMAC with it. What is not here
 * says so.
 */
export function createSubtle(): object {
  const known: Record<string, unknown> = {
    digest: async (algorithm: Algorithm, data: BufferSource) =>
      sha256(only('SHA-256', algorithm, 'digest', bytesOf(data))).buffer,
    importKey: async (format: string, data: BufferSource, algorithm: Algorithm): Promise<HmacKey> => {
      only('HMAC', algorithm, 'importKey', format);
      only('SHA-256', (typeof algorithm === 'object' && algorithm.hash) || '', 'importKey', format);
      if (format !== 'raw') unavailable(`crypto.subtle.importKey('${format}')`);
      const key: HmacKey = { type: 'secret', algorithm: { name: 'HMAC', hash: { name: 'SHA-256' } } };
      secrets.set(key, bytesOf(data).slice());
      return key;
    },
    sign: async (algorithm: Algorithm, key: HmacKey, data: BufferSource) =>
      hmacSha256(secretOf(algorithm, key, 'sign'), bytesOf(data)).buffer,
    verify: async (algorithm: Algorithm, key: HmacKey, signature: BufferSource, data: BufferSource) => {
      const expected = hmacSha256(secretOf(algorithm, key, 'verify'), bytesOf(data));
      const given = bytesOf(signature);
      // Every byte is looked at, so that the time taken tells nothing.
      const differing = expected.reduce((bits, byte, at) => bits | (byte ^ (given[at] ?? 0)), 0);
      return given.length === expected.length && differing === 0;
    },
  };
  return new Proxy(known, {
    get: (_, name) => known[String(name)] ?? (() => unavailable(`crypto.subtle.${String(name)}`)),
  });
}

function only<T>(wanted: string, algorithm: Algorithm, method: string, value: T): T {
  const name = typeof algorithm === 'string' ? algorithm : algorithm.name;
  if (name.toUpperCase() !== wanted) unavailable(`crypto.subtle.${method} with ${name}`);
  return value;
}

function secretOf(algorithm: Algorithm, key: HmacKey, method: string): Uint8Array {
  only('HMAC', algorithm, method, key);
  const secret = secrets.get(key);
  if (!secret) throw new TypeError('The key was not imported with crypto.subtle.importKey.');
  return secret;
}

function bytesOf(data: BufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
