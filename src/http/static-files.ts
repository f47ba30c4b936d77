import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { FRAME_HEADERS, FRAME_PATH } from '../../sandbox/frame/frame-headers.ts';
import { isolateWorkspace, isWorkspace } from './security-headers.ts';

export type StaticFiles = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** Their names hold a hash or a version. */
const NEVER_CHANGES = /^\/(_astro|_sandbox\/pyodide)\//;
const PAGE = /(\.html|\/|\/[^./]+)$/;

export interface PagePolicies {
  page: string;
  workspace: string;
}

/**
 * What the build made, with the `.br` and `.gz` beside each file. The list of files is read once. Files whose name
 * holds their hash or version never change; every other is asked about again (ETag).
 */
export function staticFiles(client: string, policies: PagePolicies): StaticFiles {
  return sirv(client, {
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(res, pathname) {
      res.setHeader(
        'Cache-Control',
        NEVER_CHANGES.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      isolateWorkspace(res, pathname);
      if (pathname === FRAME_PATH) {
        res.removeHeader('X-Frame-Options');
        for (const [name, value] of Object.entries(FRAME_HEADERS)) res.setHeader(name, value);
      } else if (PAGE.test(pathname)) {
        res.setHeader('Content-Security-Policy', isWorkspace(pathname) ? policies.workspace : policies.page);
      }
    },
  });
}
