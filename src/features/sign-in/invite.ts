import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { findDeveloper } from '../developers/developer-store.ts';
import { EMAIL, findIdentity } from '../developers/identity-store.ts';
import { INVITE, withdrawInvitations } from '../developers/invitation-store.ts';
import { isStaff, type Role, role } from '../developers/roles.ts';
import { createToken, hashToken } from '../developers/secret-token.ts';
import { insertMail } from '../mail/mail-store.ts';
import type { Delivery, Outbox } from '../mail/outbox.ts';
import { insertSignInLink } from './sign-in-link-store.ts';

const VALID_MS = 7 * 24 * 3_600_000;

export interface Invite {
  /** The admin. */
  actorId: string;
  /** Normalised. */
  email: string;
  role: Exclude<Role, 'developer'>;
}

/**
 * Invites somebody to a role: whoever shows within seven days that the address is theirs has it, with the link in the
 * mail or by any other sign-in link. A new invitation replaces the one before it. Throws AppError for an address that
 * is one of the company's people's already.
 */
export async function invite(
  { ctx, outbox }: { ctx: Context; outbox: Outbox },
  { actorId, email, role: given }: Invite,
): Promise<Delivery> {
  const token = createToken();
  const now = ctx.now();
  const mailId = await ctx.db.transaction().execute(async (tx) => {
    const known = await findIdentity(tx, EMAIL, email);
    const developer = known && (await findDeveloper(tx, known.developer_id));
    if (developer && isStaff(role.parse(developer.role))) {
      throw new AppError(422, 'invalid_request', `${email} is in the list already. Change the role there.`);
    }
    await withdrawInvitations(tx, email);
    await insertSignInLink(tx, {
      token_hash: hashToken(token),
      email,
      purpose: INVITE,
      developer_id: null,
      role: given,
      browser_hash: null,
      created_at: now,
      expires_at: now + VALID_MS,
      used_at: null,
    });
    await recordAudit(tx, now, {
      developerId: known?.developer_id ?? actorId,
      actorId,
      action: 'role.invited',
      target: email,
      detail: { role: given },
    });
    const link = `${ctx.config.publicUrl}/sign-in/${token}`;
    return insertMail(tx, now, {
      developerId: known?.developer_id ?? null,
      ...inviteMail(email, given, link),
    });
  });
  return outbox.send(mailId);
}

/** Whether there was one to withdraw. */
export async function withdrawInvitation(ctx: Context, email: string): Promise<boolean> {
  return withdrawInvitations(ctx.db, email);
}

const MAY: Record<Invite['role'], string> = {
  author: 'write its documentation',
  pm: 'see how developers get on with it',
  admin: 'run it',
};

function inviteMail(email: string, given: Invite['role'], link: string) {
  return {
    recipient: email,
    subject: 'You are invited to Firstcall',
    body: `You are invited to the developer portal, to ${MAY[given]}. Open this link to sign in as ${email}:

${link}

It works once, for seven days. If you do not know what this is about, do nothing.
`,
  };
}
