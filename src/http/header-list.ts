import type { ServerResponse } from 'node:http';

/** Headers as Node takes them fastest: names and values in turn. */
export type HeaderList = readonly string[];

export function setHeaders(res: ServerResponse, headers: HeaderList): void {
  for (let at = 0; at < headers.length; at += 2) res.appendHeader(headers[at] ?? '', headers[at + 1] ?? '');
}

/** The same, in place of whatever an answer that did not come about has left there. */
export function replaceHeaders(res: ServerResponse, headers: HeaderList): void {
  for (const name of res.getHeaderNames()) if (name !== 'connection') res.removeHeader(name);
  setHeaders(res, headers);
}
