import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { keyVerification, verifyKeyRequest } from '../../features/credentials/key-verification-schema.ts';
import type { RootKeyVerification } from '../../features/credentials/root-key-verifier.ts';
import { verifyKey } from '../../features/credentials/verify-key.ts';
import type { App, AppParts, Env } from '../app-parts.ts';
import { json, problems } from '../contract.ts';

const ROOT_KEY = 'rootKey';

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
  app.openAPIRegistry.registerComponent('securitySchemes', ROOT_KEY, { type: 'http', scheme: 'bearer' });
  // Before the body is looked at: a stranger learns nothing about it.
  app.use(contract.path, async (c, next) => {
    await requireRootKey(c, portal);
    await next();
  });
  app.openapi(contract, async (c) =>
    c.json(await verifyKey({ ...portal, keyLimit }, c.req.valid('json')), 200),
  );
}

async function requireRootKey(c: Context<Env>, { ctx, rootKeys }: AppParts['portal']): Promise<void> {
  const [, key = ''] = /^bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (key === '') {
    throw new AppError(
      401,
      'missing_key',
      `The root key is missing: send "Authorization: Bearer ${ctx.config.keyPrefix}_root_…". An admin makes one at ${ctx.config.publicUrl}/admin.`,
    );
  }
  const verification = await rootKeys.verify(key);
  if (!verification.valid) throw new AppError(401, verification.code, ROOT_KEY_STATE[verification.code]);
}

const ROOT_KEY_STATE: Record<(RootKeyVerification & { valid: false })['code'], string> = {
  malformed_key:
    'This is no root key: it is mistyped, cut off, or the key of a developer. The key to ask about belongs into the body.',
  unknown_key: 'There is no such root key.',
  revoked_key: 'This root key was revoked. An admin can make another.',
};
