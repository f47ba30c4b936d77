import { RelayProblem } from './problem.ts';

/** A place in a developer's list; opaque to callers, so that what it says may change. */
export function cursorAfter(seq: number): string {
  return Buffer.from(`after:${seq}`).toString('base64url');
}

/** @throws RelayProblem `cursor_invalid` */
export function parseCursor(cursor: string): number {
  const [, digits] = /^after:([1-9]\d{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (digits && cursorAfter(Number(digits)) === cursor) return Number(digits);
  throw new RelayProblem(
    'cursor_invalid',
    'The cursor was not made by this list. Send the next_cursor of the previous page unchanged, or leave cursor out to begin with the newest message.',
    { errors: [{ pointer: '?cursor', code: 'cursor_invalid', detail: 'Unknown cursor.' }] },
  );
}
