import type { Config } from '../../config.ts';
import { privateCookie } from '../developers/private-cookie.ts';
import { createToken, hashToken } from '../developers/secret-token.ts';
import { returnPath } from './return-path.ts';

/** As long as a link may wait for the mail server, and then be used. */
const LIFETIME_S = 3 * 24 * 3_600 + 1_800;

type Cookies = string | null | undefined;

/** Recognises the browser in which a link was asked for when the link is opened, and knows what it wanted next. */
export interface AskingBrowser {
  /** One id for every link that this browser asks for, so that any of them may be opened. */
  remember(cookies: Cookies, next: string | null): { id: string; setCookies: string[] };
  asked(cookies: Cookies, idHash: string | null): boolean;
  next(cookies: Cookies): string | null;
  forget(): string[];
}

export function askingBrowser(config: Pick<Config, 'publicUrl'>): AskingBrowser {
  const own = privateCookie(config, 'firstcall_browser', LIFETIME_S);
  const way = privateCookie(config, 'firstcall_next', LIFETIME_S);
  return {
    remember(cookies, next) {
      const id = own.read(cookies) ?? createToken();
      return { id, setCookies: [own.write(id), way.write(next)] };
    },
    asked(cookies, idHash) {
      const id = own.read(cookies);
      return id !== null && idHash !== null && hashToken(id) === idHash;
    },
    next: (cookies) => returnPath(way.read(cookies)),
    forget: () => [own.write(null), way.write(null)],
  };
}
