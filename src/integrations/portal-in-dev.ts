import type { AstroIntegration } from 'astro';
import type { RunnableDevEnvironment } from 'vite';

import { isolateWorkspace } from '../http/security-headers.ts';

type DevModule = typeof import('../http/dev-portal.ts');

/**
 * `astro dev` with the same gateway and API in front of it. The code behind them is loaded through Vite, so an edit
 * is in force with the next request.
 */
export function portalInDev(): AstroIntegration {
  return {
    name: 'portal-in-dev',
    hooks: {
      'astro:server:setup': ({ server }) => {
        const { runner } = server.environments.ssr as RunnableDevEnvironment;
        server.middlewares.use((req, res, next) => {
          isolateWorkspace(res, req.url ?? '/');
          runner
            .import<DevModule>('/src/http/dev-portal.ts')
            .then(({ handleInDev }) => handleInDev(req, res, next))
            .catch(next);
        });
      },
    },
  };
}
