/** How a request of a sample is judged; the reason is a sentence for the reader. */
export type Verdict = { allowed: true; url: URL } | { allowed: false; reason: string };

/**
 * A sample may call the API and nothing else: same scheme, host and port, and a path below the API's. What matters is
 * the parsed address, so that no spelling of it leads elsewhere.
 * @param apiBase such as `http://localhost:4321/v1`
 */
export function judgeRequest(address: string, apiBase: string): Verdict {
  const base = new URL(apiBase);
  const refuse = (why: string): Verdict => ({
    allowed: false,
    reason: `${why} This sandbox can only call ${base.href}.`,
  });
  if (!URL.canParse(address)) return refuse(`'${address.slice(0, 200)}' is not an absolute URL.`);
  const url = new URL(address);
  if (url.origin !== base.origin)
    return refuse(`${url.origin === 'null' ? url.protocol : url.origin} is out of reach.`);
  if (url.username || url.password) return refuse('A user name in the URL is not allowed.');
  const prefix = base.pathname.replace(/\/+$/, '');
  // A server may decode these and then see another path than the one that was checked.
  if (/%2e|%2f|%5c|%00|\\|\/\//i.test(url.pathname))
    return refuse('That path is written in a way that servers read differently.');
  if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`))
    return refuse(`${url.pathname} is not part of the API.`);
  url.hash = '';
  return { allowed: true, url };
}
