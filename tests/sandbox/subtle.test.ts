import { createHash, createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSubtle } from '../../sandbox/frame/runtime/subtle.ts';

const subtle = createSubtle() as SubtleCrypto;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

test('digests are those of Node, at every length around a block', async () => {
  for (const length of [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 1_000, 10_007]) {
    const data = new Uint8Array(randomBytes(length));
    const digest = await subtle.digest('SHA-256', data);
    expect(Buffer.from(digest).toString('hex')).toBe(createHash('sha256').update(data).digest('hex'));
  }
});

test('HMACs are those of Node, are verified, and fail for one bit', async () => {
  for (const length of [1, 24, 64, 65, 200]) {
    const secret = new Uint8Array(randomBytes(length));
    const data = new TextEncoder().encode(`${length}: Grüße`);
    const key = await subtle.importKey('raw', secret, HMAC, false, ['sign', 'verify']);
    const signature = new Uint8Array(await subtle.sign('HMAC', key, data));
    expect(Buffer.from(signature).toString('hex')).toBe(
      createHmac('sha256', secret).update(data).digest('hex'),
    );
    expect(await subtle.verify('HMAC', key, signature, data)).toBe(true);
    expect(await subtle.verify('HMAC', key, signature.slice(1), data)).toBe(false);
    signature[31] = (signature[31] ?? 0) ^ 1;
    expect(await subtle.verify('HMAC', key, signature, data)).toBe(false);
  }
});

test('what is not there says so', async () => {
  await expect(subtle.digest('SHA-512', new Uint8Array())).rejects.toThrow(
    'crypto.subtle.digest with SHA-512 is not available in this sandbox',
  );
  expect(() => subtle.generateKey(HMAC, false, ['sign'])).toThrow(
    'crypto.subtle.generateKey is not available in this sandbox',
  );
});
