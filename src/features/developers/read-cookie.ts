/**
 * One cookie of a `Cookie` header; null when it is missing, empty or no text of ours. The others belong to whatever
 * else runs on this host and may hold anything.
 */
export function readCookie(cookieHeader: string | null | undefined, name: string): string | null {
  for (const pair of (cookieHeader ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    try {
      return decodeURIComponent(pair.slice(at + 1).trim()) || null;
    } catch {
      return null;
    }
  }
  return null;
}
