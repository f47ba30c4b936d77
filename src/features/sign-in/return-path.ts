import type { Role } from '../developers/roles.ts';

const ANY_ORIGIN = 'https://portal.invalid';
const MAX_LENGTH = 512;

/** A path of the portal to go on with after a sign-in, or null for whatever would lead elsewhere. */
export function returnPath(wanted: string | null | undefined): string | null {
  // Browsers take a backslash for a slash, and skip tabs and line breaks.
  if (!wanted || wanted.length > MAX_LENGTH || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted))
    return null;
  const url = URL.canParse(wanted, ANY_ORIGIN) ? new URL(wanted, ANY_ORIGIN) : null;
  return url?.origin === ANY_ORIGIN && !url.pathname.startsWith('//')
    ? `${url.pathname}${url.search}${url.hash}`
    : null;
}

/** Where somebody who has just signed in goes on, unless they were on their way somewhere. */
export function homeOf({ role }: { role: Role }): string {
  if (role === 'developer') return '/keys';
  return role === 'author' ? '/account' : '/insights';
}
