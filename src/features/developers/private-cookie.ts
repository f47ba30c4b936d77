import { serializeCookie } from 'oslo/cookie';
import type { Config } from '../../config.ts';
import { readCookie } from './read-cookie.ts';

/** A cookie that no script reads, for one errand: what this browser began and will come back for. */
export interface PrivateCookie {
  read(cookieHeader: string | null | undefined): string | null;
  /** The `Set-Cookie` value that keeps it, or with null forgets it. */
  write(value: string | null): string;
}

/** Sent along when a link in a mail or another site leads back to the portal, and nowhere else. */
export function privateCookie(
  config: Pick<Config, 'publicUrl'>,
  name: string,
  lifetimeSeconds: number,
): PrivateCookie {
  const secure = config.publicUrl.startsWith('https:');
  const fullName = `${secure ? '__Host-' : ''}${name}`;
  return {
    read: (cookieHeader) => readCookie(cookieHeader, fullName),
    write: (value) =>
      serializeCookie(fullName, value ?? '', {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: value === null ? 0 : lifetimeSeconds,
      }),
  };
}
