import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import { getProgress } from '../features/milestones/progress.ts';
import type { Progress } from '../features/milestones/progress-schema.ts';
import type { Portal } from '../portal.ts';
import type { Env } from './app-parts.ts';

/** The developer whose session the request carries. Throws AppError 401 without one. */
export async function requireVisitor(c: Context<Env>, portal: Portal): Promise<string> {
  const owner = await portal.visitors.read(c.req.header('cookie'));
  if (!owner) {
    throw new AppError(
      401,
      'no_session',
      'This browser has no developer yet. Run the sample or get an API key first.',
    );
  }
  for (const cookie of owner.setCookies) c.header('Set-Cookie', cookie, { append: true });
  return owner.developerId;
}

/** Where a developer stands. Throws AppError 401 for one who is gone while a session or a key still names them. */
export async function requireProgress(portal: Portal, developerId: string): Promise<Progress> {
  const found = await getProgress(portal.ctx, portal.path, developerId);
  if (!found) {
    throw new AppError(401, 'no_session', 'This developer no longer exists. Run the sample to begin anew.');
  }
  return found;
}
