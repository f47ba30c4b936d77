import { takesCalls } from '../../features/operations/readiness.ts';
import type { App, AppParts } from '../app-parts.ts';
import { guardWithRootKey } from '../root-key.ts';

const METRICS = '/api/metrics';

/** For whoever runs the portal, and the machines that watch it. */
export function addOperationRoutes(app: App, { portal }: AppParts): void {
  /** Whether the process is alive: one that does not answer this is to be replaced. It asks nobody else. */
  app.get('/api/health', (c) => c.json({ status: 'ok' }));

  /** Whether calls should be sent here. */
  app.get('/api/ready', async (c) => {
    const report = await portal.readiness.report();
    return c.json(report, takesCalls(report.status) ? 200 : 503);
  });

  guardWithRootKey(app, METRICS, portal);
  app.get(METRICS, async (c) =>
    c.body(await portal.metrics.expose(), 200, { 'Content-Type': portal.metrics.contentType }),
  );
}
