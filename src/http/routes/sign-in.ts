import { createRoute, z } from '@hono/zod-openapi';
import { emailField } from '../../features/sign-in/email-address.ts';
import { askForLink } from '../../features/sign-in/email-link.ts';
import { linkAnswer } from '../../features/sign-in/link-schema.ts';
import { returnPath } from '../../features/sign-in/return-path.ts';
import type { App, AppParts } from '../app-parts.ts';
import { json, problems } from '../contract.ts';

const ask = createRoute({
  method: 'post',
  path: '/api/sign-in-links',
  summary: 'Ask for a link that signs in',
  description:
    'Writes to the address. The answer is the same whether somebody has it or not. Opened in the browser that asked, the link makes what was begun there the person’s own.',
  request: {
    body: json(
      z.strictObject({
        email: emailField,
        next: z.string().max(512).optional().describe('A path of the portal to go on with.'),
      }),
    ),
  },
  responses: {
    202: { description: 'Written.', content: { 'application/json': { schema: linkAnswer } } },
    ...problems(400, 403, 413, 415, 422, 429, 503),
  },
});

export function addSignInRoutes(app: App, { portal }: AppParts): void {
  app.openapi(ask, async (c) => {
    const { email, next } = c.req.valid('json');
    portal.signInLimits.takeLink(email, c.env.clientAddress, portal.ctx.now());
    const cookies = c.req.header('cookie');
    const asked = await askForLink(portal, { email, cookies, next: returnPath(next) });
    for (const cookie of asked.setCookies) c.header('Set-Cookie', cookie, { append: true });
    return c.json({ email, delivery: asked.delivery }, 202);
  });
}
