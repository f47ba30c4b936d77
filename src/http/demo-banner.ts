import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { NodeHandler } from './gateway.ts';

const BANNER = '<p class="fc-demo" role="note">Demo: the developers of this portal are simulated.</p>';
const BODY = /<body[^>]*>/;
/** What the reader's code runs in is no page. */
const NO_PAGES = '/_sandbox/';

/**
 * Says on every page, whoever made it, that its developers are simulated. A page is then sent when it is whole, and not
 * compressed: a demo is looked at from nearby.
 */
export function withDemoBanner(pages: NodeHandler): NodeHandler {
  return (req, res) => {
    if (!req.url?.startsWith(NO_PAGES)) {
      // Nor must a browser take what it kept of a real portal at this address.
      for (const name of ['accept-encoding', 'if-none-match', 'if-modified-since']) delete req.headers[name];
      insertBanner(res);
    }
    pages(req, res);
  };
}

function insertBanner(res: ServerResponse): void {
  const { writeHead } = res;
  res.writeHead = ((status: number, ...args: unknown[]) => {
    res.writeHead = writeHead;
    const headers = (args.find((arg) => typeof arg === 'object') ?? {}) as OutgoingHttpHeaders;
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
    if (String(res.getHeader('Content-Type')).startsWith('text/html')) holdPage(res, status);
    else res.writeHead(status);
    return res;
  }) as typeof res.writeHead;
}

/** Keeps what is written until all of it is there. */
function holdPage(res: ServerResponse, status: number): void {
  const { end } = res;
  const pieces: Buffer[] = [];
  const keep = (piece: unknown, encoding: unknown) => {
    if (typeof piece === 'string') pieces.push(Buffer.from(piece, encoding as BufferEncoding | undefined));
    else if (piece instanceof Uint8Array) pieces.push(Buffer.from(piece));
  };
  res.write = ((piece: unknown, encoding: unknown) => {
    keep(piece, encoding);
    return true;
  }) as typeof res.write;
  res.end = ((piece: unknown, encoding: unknown) => {
    keep(piece, encoding);
    res.end = end;
    for (const name of ['Content-Length', 'ETag', 'Last-Modified']) res.removeHeader(name);
    const page = Buffer.concat(pieces).toString();
    res.writeHead(status);
    return res.end(page.replace(BODY, (body) => body + BANNER));
  }) as typeof res.end;
}
