/** A browser without a screen: it keeps cookies per host and follows redirects. */
export interface Browser {
  /** Opens an address as a click on a page of the portal would. Stops at the first answer that leads no further. */
  open(url: string, options?: OpenOptions): Promise<Visit>;
  /** Follows redirects for as long as they stay away from `until`; returns the address that it would open next. */
  goUntil(url: string, until: (url: URL) => boolean): Promise<URL>;
  /** The `Cookie` header for an address. */
  cookies(url: string): string;
  take(url: string, setCookies: string[]): void;
  /** As if the browser had never been at this host. */
  forget(url: string): void;
}

export interface OpenOptions {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Visit {
  url: URL;
  response: Response;
}

const MOST_REDIRECTS = 12;

export function createBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string) => {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const cookies = (url: string) => [...jarOf(url)].map(([name, value]) => `${name}=${value}`).join('; ');
  const take = (url: string, setCookies: string[]) => {
    for (const cookie of setCookies) {
      const [pair = '', ...attributes] = cookie.split(';');
      const at = pair.indexOf('=');
      const ended =
        attributes.some((attribute) => /^ *max-age=0$/i.test(attribute)) || at === pair.length - 1;
      if (ended) jarOf(url).delete(pair.slice(0, at));
      else jarOf(url).set(pair.slice(0, at), pair.slice(at + 1));
    }
  };
  const request = async (url: string, { method = 'GET', body, headers }: OpenOptions = {}) => {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        Cookie: cookies(url),
        'Sec-Fetch-Site': 'same-origin',
        ...(method !== 'GET' && { Origin: new URL(url).origin, 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    take(url, response.headers.getSetCookie());
    return response;
  };

  return {
    cookies,
    take,
    forget: (url) => jarOf(url).clear(),
    async open(url, options) {
      let at = new URL(url);
      let response = await request(at.href, options);
      for (let n = 0; n < MOST_REDIRECTS && response.headers.has('location'); n += 1) {
        const next = new URL(response.headers.get('location') ?? '', at);
        // Pages are Astro's and not part of these tests: their address is what counts.
        if (next.host === new URL(url).host && !next.pathname.startsWith('/api/'))
          return { url: next, response };
        at = next;
        response = await request(at.href);
      }
      return { url: at, response };
    },
    async goUntil(url, until) {
      let at = new URL(url);
      for (let n = 0; n < MOST_REDIRECTS && !until(at); n += 1) {
        const response = await request(at.href);
        at = new URL(response.headers.get('location') ?? '', at);
      }
      return at;
    },
  };
}
