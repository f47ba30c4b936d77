import { createRoute } from '@hono/zod-openapi';
import { keyVerification, verifyKeyRequest } from '../../features/credentials/key-verification-schema.ts';
import { verifyKey } from '../../features/credentials/verify-key.ts';
import type { App, AppParts } from '../app-parts.ts';
import { json, problems } from '../contract.ts';
import { guardWithRootKey, ROOT_KEY } from '../root-key.ts';

const contract = createRoute({
  method: 'post',
  path: '/api/keys/verify',
  summary: 'Ask whether a key is good',
  description:
    'For a gateway of your own, with a root key from the admin page. The answer is always 200 and says why when the key is not good; a status of 4xx is about the request itself or the root key.',
  security: [{ [ROOT_KEY]: [] }],
  request: { body: json(verifyKeyRequest) },
  responses: {
    200: {
      description: 'What is known of the key.',
      content: { 'application/json': { schema: keyVerification } },
    },
    ...problems(400, 401, 413, 415, 422, 503),
  },
});

export function addKeyRoutes(app: App, { portal, keyLimit }: AppParts): void {
  guardWithRootKey(app, contract.path, portal);
  app.openapi(contract, async (c) =>
    c.json(await verifyKey({ ...portal, keyLimit }, c.req.valid('json')), 200),
  );
}
