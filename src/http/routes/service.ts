import { listProviders } from '../../features/sign-in/provider.ts';
import type { App, AppParts } from '../app-parts.ts';
import { openedOrigin } from '../opened-origin.ts';

const SANDBOX = { timeout_ms: 30_000, output_limit_bytes: 1_000_000 };
const PUBLIC_FOR_A_MINUTE = 'public, max-age=60';

export function addServiceRoutes(app: App, { portal, upstream }: AppParts): void {
  const { config } = portal.ctx;

  app.get('/api/config', (c) => {
    c.header('Cache-Control', PUBLIC_FOR_A_MINUTE);
    c.header('Vary', 'Host');
    const origin = openedOrigin(config.publicUrl, c.req.header('host'));
    return c.json({
      api_base: `${origin}${config.apiPrefix}`,
      api_origin: origin,
      key_prefix: config.keyPrefix,
      sign_in: listProviders(config).map(({ id, name }) => ({ name, href: `/api/sign-in/${id}` })),
      relay: upstream.inbox !== null,
      sandbox: {
        ...SANDBOX,
        engines: config.sandboxEngines,
        webcontainer_client_id: config.webcontainerClientId ?? null,
      },
    });
  });

  app.get('/api/openapi.json', (c) => {
    c.header('Cache-Control', PUBLIC_FOR_A_MINUTE);
    return c.json(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Firstcall',
          version: '1',
          description: 'The portal’s own API: keys before sign-up, and what was observed of them.',
        },
        servers: [{ url: config.publicUrl }],
      }),
    );
  });
}
