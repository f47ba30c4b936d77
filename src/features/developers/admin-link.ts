import type { Context } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { createStaff, findStaffByRole } from './developer-store.ts';
import { replaceLink, useLink } from './one-time-link-store.ts';
import { createToken, hashToken } from './secret-token.ts';
import type { Sessions } from './sessions.ts';

const PURPOSE = 'admin';
const VALID_MS = 24 * 3_600_000;

/**
 * A link that lets one person in as the admin, once, within 24 hours. A new link ends the one before it.
 * Only the token's hash is stored.
 */
export async function createAdminLink(ctx: Context): Promise<string> {
  const token = createToken();
  await replaceLink(ctx.db, {
    token_hash: hashToken(token),
    purpose: PURPOSE,
    expires_at: ctx.now() + VALID_MS,
    used_at: null,
  });
  return `${ctx.config.publicUrl}/admin/enter?token=${token}`;
}

/** Begins the admin's session; returns its `Set-Cookie` values, or null when the link is used, old or unknown. */
export async function enterAsAdmin(
  ctx: Context,
  staff: Sessions,
  token: string,
  client: string | null,
): Promise<string[] | null> {
  if (!(await useLink(ctx.db, PURPOSE, hashToken(token), ctx.now()))) return null;
  const admin = (await findStaffByRole(ctx.db, 'admin')) ?? (await createStaff(ctx.db, 'admin', ctx.now()));
  await recordAudit(ctx.db, ctx.now(), {
    developerId: admin,
    action: 'session.began',
    detail: { by: 'start link', client },
  });
  return staff.begin(admin, { signedIn: true, client });
}
