import type { IncomingMessage } from 'node:http';

/** How long somebody who is still sending has to notice that the answer has come. */
const LINGER_MS = 2_000;

/** Whether the request says that a body follows. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/**
 * To be called when a request is answered before its body has come: the rest is read and thrown away for a moment,
 * because closing at once resets the connection, and the sender then never sees the answer (RFC 9112, 9.6). Returns
 * whether there was anything left to come.
 */
export function lingerOver(req: IncomingMessage): boolean {
  if (req.complete || !announcesBody(req)) return false;
  req.resume();
  const { socket } = req;
  const end = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  req.once('end', () => clearTimeout(end));
  req.once('close', () => req.complete && clearTimeout(end));
  return true;
}
