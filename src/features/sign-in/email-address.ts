import { domainToASCII } from 'node:url';
import { z } from 'zod';

const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

/**
 * One spelling per mailbox: lower case, the domain as DNS has it. Null for what is no address. Mail goes to this
 * spelling alone, so a letter that merely looks like another one reaches nobody else's mailbox.
 */
export function normaliseEmail(text: string): string | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1) return null;
  const local = trimmed.slice(0, at);
  const domain = domainToASCII(trimmed.slice(at + 1));
  // Folding other letters to lower case could turn one person's name into another's.
  const isPlain = /^[\x21-\x7e]+$/.test(local) && local.length <= MAX_LOCAL_LENGTH;
  const address = `${local.toLowerCase()}@${domain}`;
  return isPlain && address.length <= MAX_LENGTH && z.email().safeParse(address).success ? address : null;
}

/** A field for an address, which comes out in its one spelling. */
export const emailField = z
  .string({ error: 'Write your e-mail address.' })
  .max(1_000, 'This is too long for an e-mail address.')
  .transform((text, issues) => {
    const address = normaliseEmail(text);
    if (address !== null) return address;
    issues.addIssue('This is not an e-mail address such as ada@example.com.');
    return z.NEVER;
  });
