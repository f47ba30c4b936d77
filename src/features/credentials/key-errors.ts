import { AppError } from '../../errors.ts';
import type { CredentialRow } from './credential-store.ts';

/** Somebody else's key and none at all are the same answer. */
export function noSuchKey(): AppError {
  return new AppError(404, 'not_found', 'You have no such key. Load the page again to see those you have.');
}

/** `then` says what that means for what was wanted. */
export function keyEnded(row: CredentialRow, then: string): AppError {
  const why =
    row.revoked_at !== null ? 'was revoked' : row.rolled_to !== null ? 'was rolled before' : 'has expired';
  return new AppError(409, 'key_ended', `This key ${why}. ${then}`);
}
