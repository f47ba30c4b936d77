import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type Browser, type Doors, type Entry, enter } from '../claims/enter.ts';
import { EMAIL } from '../developers/identity-store.ts';
import type { PasswordHasher } from '../developers/password-hash.ts';
import { findPasswordByEmail } from '../developers/password-store.ts';

/** Long enough for any sentence, short enough that nobody keeps the portal busy with it. */
const MAX_LENGTH = 256;

/** A password to be chosen. Length is all that is asked of it (NIST SP 800-63B). */
export const newPassword = z
  .string({ error: 'Write a password.' })
  .min(8, 'A password needs at least 8 characters.')
  .max(MAX_LENGTH, `A password has at most ${MAX_LENGTH} characters.`);

/** A password to be compared: what is longer than any that could be chosen is not looked at. */
export const givenPassword = z
  .string({ error: 'Write your password.' })
  .max(MAX_LENGTH, `A password has at most ${MAX_LENGTH} characters.`);

/**
 * Signs in with an address that was shown to be read before, and its password. Throws AppError 401, after the same
 * work, whether the address, its password or only the right one is missing.
 */
export async function signInWithPassword(
  doors: Doors & { passwords: PasswordHasher },
  { email, password, browser }: { email: string; password: string; browser: Browser },
): Promise<Entry> {
  const found = await findPasswordByEmail(doors.ctx.db, email);
  const isRight = await doors.passwords.verify(found?.hash ?? null, password);
  if (!found || !isRight) {
    throw new AppError(
      401,
      'wrong_password',
      'The address and the password do not belong together, or no password was chosen. A link by e-mail lets you in without one.',
    );
  }
  return enter(doors, { issuer: EMAIL, subject: email, label: email }, browser);
}
