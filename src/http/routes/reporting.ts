import { reportingPackage } from '../../features/intake/reporting-package.ts';
import { tarGz } from '../../features/starters/tar-gz.ts';
import type { App } from '../app-parts.ts';

/** What npm expects a package to be packed in. */
const FOLDER = 'package';
/** The same bytes every time, so that a lock file's checksum goes on being right. */
const PACKED_AT = 0;

/** `npm install <portal>/api/reporting.tgz` in the project of an API. */
export function addReportingRoutes(app: App): void {
  let packed: Uint8Array<ArrayBuffer> | undefined;
  app.get('/api/reporting.tgz', (c) => {
    packed ??= new Uint8Array(tarGz(FOLDER, reportingPackage(), PACKED_AT));
    return c.body(packed, 200, {
      'Content-Type': 'application/gzip',
      'Content-Disposition': 'attachment; filename="firstcall-reporting.tgz"',
      'Cache-Control': 'public, max-age=300',
    });
  });
}
