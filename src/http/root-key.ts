import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import type { RootKeyVerification } from '../features/credentials/root-key-verifier.ts';
import type { App, AppParts, Env } from './app-parts.ts';

/** What the contract of a route that takes a root key names under `security`. */
export const ROOT_KEY = 'rootKey';

/** Every request to this path has to carry a root key; it is looked at before the body: a stranger learns nothing about it. */
export function guardWithRootKey(app: App, path: string, portal: AppParts['portal']): void {
  app.openAPIRegistry.registerComponent('securitySchemes', ROOT_KEY, { type: 'http', scheme: 'bearer' });
  app.use(path, async (c, next) => {
    await requireRootKey(c, portal);
    await next();
  });
}

/** The id of the root key that was sent. Throws AppError 401 when there is none, or none that works. */
export async function requireRootKey(
  c: Context<Env>,
  { ctx, rootKeys }: AppParts['portal'],
): Promise<string> {
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
  return verification.id;
}

const ROOT_KEY_STATE: Record<(RootKeyVerification & { valid: false })['code'], string> = {
  malformed_key:
    'This is no root key: it is mistyped, cut off, or the key of a developer. An admin makes one at /admin.',
  unknown_key: 'There is no such root key.',
  revoked_key: 'This root key was revoked. An admin can make another.',
};
