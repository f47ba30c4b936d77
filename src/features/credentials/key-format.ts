import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { CredentialEnvironment } from './credential-schema.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const BODY = new RegExp(`^[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/** `root` is no credential: with it another gateway asks about keys. */
export type KeyKind = CredentialEnvironment | 'root';
const CREDENTIALS: readonly KeyKind[] = ['test', 'live'];

/**
 * `<prefix>_<test|live|root>_<30 random><6 checksum>`, all base62: 178 bits of randomness, and a CRC-32 that tells a
 * mistyped key from an unknown one without asking the database (GitHub's token design).
 */
export function generateKey(prefix: string, kind: KeyKind): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => BASE62[randomInt(BASE62.length)]).join('');
  return `${prefix}_${kind}_${random}${checksum(random)}`;
}

/** What is wrong with a string that should be a key; `null` when its form is right. */
export type KeyFlaw = 'prefix' | 'environment' | 'length' | 'checksum';

export function keyFlaw(prefix: string, key: string, kinds = CREDENTIALS): KeyFlaw | null {
  if (!key.startsWith(`${prefix}_`)) return 'prefix';
  const environmentEnd = key.indexOf('_', prefix.length + 1);
  const kind = key.slice(prefix.length + 1, environmentEnd);
  if (!kinds.some((known) => known === kind)) return 'environment';
  const body = key.slice(environmentEnd + 1);
  if (!BODY.test(body)) return 'length';
  return checksum(body.slice(0, RANDOM_LENGTH)) === body.slice(RANDOM_LENGTH) ? null : 'checksum';
}

/** The first whole key in a text; undefined when there is none with a right checksum. */
export function findKey(prefix: string, text: string): string | undefined {
  const [found] = new RegExp(`${prefix}_(?:test|live)_[0-9A-Za-z]{36}(?![0-9A-Za-z])`).exec(text) ?? [];
  return found !== undefined && keyFlaw(prefix, found) === null ? found : undefined;
}

/** What the database holds in place of the key. A plain hash is enough from 112 bits (OWASP ASVS 5.0, 6.5.2). */
export function hashKey(key: string): string {
  return hash('sha256', key, 'base64url');
}

/** Enough to recognise a key by, such as `fc_test_…9fQz`. */
export function keyHint(key: string): string {
  return `${key.slice(0, key.lastIndexOf('_') + 1)}…${key.slice(-4)}`;
}

function checksum(random: string): string {
  let rest = crc32(random);
  let digits = '';
  while (digits.length < CHECKSUM_LENGTH) {
    digits = BASE62.charAt(rest % BASE62.length) + digits;
    rest = Math.floor(rest / BASE62.length);
  }
  return digits;
}
