import { createHash } from 'node:crypto';
import type { NewMessage } from './contracts.ts';
import type { FinishedKey, Mailbox } from './mailbox.ts';
import { RelayProblem } from './problem.ts';

export const KEY_LIFETIME_MS = 24 * 3_600_000;

/**
 * The key a request carries. The draft (draft-ietf-httpapi-idempotency-key-header-07) makes it a quoted string; most
 * clients send it bare, so both name the same key.
 *
 * @throws RelayProblem `idempotency_key_invalid`
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim();
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new RelayProblem(
    'idempotency_key_invalid',
    'The Idempotency-Key is empty, longer than 255 characters or holds spaces. Send a fresh UUID for each new message.',
  );
}

/** Two requests are the same when they would send the same message, however their JSON is spaced or ordered. */
export function fingerprintOf(input: NewMessage): string {
  return createHash('sha256')
    .update(JSON.stringify([input.to, input.body]))
    .digest('base64');
}

/**
 * Marks a key as running until `release` is called, so that a second request that arrives while the first is still being
 * read or answered is told to wait.
 *
 * @throws RelayProblem `idempotency_key_in_use`
 */
export function reserveKey(box: Mailbox, key: string): { release(): void } {
  if (box.running.has(key)) {
    throw new RelayProblem(
      'idempotency_key_in_use',
      'The first request with this Idempotency-Key has not been answered yet. Wait a second, then send this one again to get its answer.',
      { headers: { 'Retry-After': '1' } },
    );
  }
  box.running.add(key);
  return { release: () => box.running.delete(key) };
}

/**
 * The answer to give again, if this key is known.
 *
 * @throws RelayProblem `idempotency_key_reused`
 */
export function replayOf(finished: FinishedKey | undefined, input: NewMessage) {
  if (!finished) return undefined;
  if (finished.fingerprint === fingerprintOf(input)) return finished.answer;
  throw new RelayProblem(
    'idempotency_key_reused',
    'This Idempotency-Key was used for a different message in the last 24 hours. Use a new key for a new message, or send the first message again unchanged.',
  );
}
