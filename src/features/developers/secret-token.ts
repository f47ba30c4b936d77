import { hash } from 'node:crypto';
import { alphabet, generateRandomString } from 'oslo/crypto';

/** Lower case and digits: 206 bits, and nothing that a mail program would take for the end of a link. */
export function createToken(): string {
  return generateRandomString(40, alphabet('a-z', '0-9'));
}

/** What the database holds in place of a token. A plain hash is enough from 112 bits (OWASP ASVS 5.0, 6.5.2). */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
