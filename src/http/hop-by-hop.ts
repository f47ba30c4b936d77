/** RFC 9110, 7.6.1: these speak of one connection, and each side of the gateway has its own. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
]);

/** What a server never leaves to the other side to name: without it a body would have no end. */
const NEVER_NAMED: ReadonlySet<string> = new Set(['content-length', 'content-type', 'content-encoding']);

/**
 * Whether a header, by its name in lower case, speaks of this connection alone; `connection` is the value of the
 * `Connection` header, which may name more of them.
 */
export function hopByHop(connection: string | undefined): (name: string) => boolean {
  if (!connection || connection === 'keep-alive' || connection === 'close') return isHopByHop;
  const named = new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
  return (name) => HOP_BY_HOP.has(name) || (named.has(name) && !NEVER_NAMED.has(name));
}

const isHopByHop = (name: string) => HOP_BY_HOP.has(name);
