import type { z } from 'zod';
import type { Context } from '../../context.ts';
import { privateCookie } from '../developers/private-cookie.ts';
import { createToken, hashToken } from '../developers/secret-token.ts';
import { insertCeremony, takeCeremony } from './ceremony-store.ts';

/** Long enough to find a telephone or a password elsewhere. */
const VALID_MS = 10 * 60_000;

/** A sign-in that is begun here and finished after the browser was somewhere else. */
export interface CeremonyKind<T extends z.ZodType> {
  name: string;
  data: T;
}

/**
 * The browser that begins and the one that finishes must be the same; a cookie tells. Each ceremony has one of its own,
 * so that a link that was clicked twice, or two open pages, are not in each other's way.
 */
const browserCookie = ({ config }: Context, token: string) =>
  privateCookie(config, `firstcall_ceremony_${hashToken(token).slice(0, 12)}`, VALID_MS / 1_000);

/** Neither the token nor the cookie finds a ceremony without the other. */
const idHash = (browser: string, token: string) => hashToken(`${browser}.${token}`);

/**
 * Remembers what the second half needs. `token` goes out to the world and comes back with the answer; the cookie stays
 * in the browser.
 */
export async function beginCeremony<T extends z.ZodType>(
  ctx: Context,
  kind: CeremonyKind<T>,
  begun: { token: string; data: z.input<T> },
): Promise<{ setCookie: string }> {
  const browser = createToken();
  await insertCeremony(ctx.db, {
    id_hash: idHash(browser, begun.token),
    kind: kind.name,
    data: JSON.stringify(begun.data),
    expires_at: ctx.now() + VALID_MS,
  });
  return { setCookie: browserCookie(ctx, begun.token).write(browser) };
}

/** Null when it was begun in another browser, is over, or was finished before; nobody learns which. */
export async function finishCeremony<T extends z.ZodType>(
  ctx: Context,
  kind: CeremonyKind<T>,
  { token, cookies }: { token: string; cookies: string | null | undefined },
): Promise<z.output<T> | null> {
  const browser = browserCookie(ctx, token).read(cookies);
  if (browser === null || token === '') return null;
  const data = await takeCeremony(ctx.db, { idHash: idHash(browser, token), kind: kind.name }, ctx.now());
  return data === undefined ? null : kind.data.parse(JSON.parse(data));
}
