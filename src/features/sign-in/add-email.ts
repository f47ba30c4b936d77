import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { EMAIL } from '../developers/identity-store.ts';
import { createToken, hashToken } from '../developers/secret-token.ts';
import { insertMail } from '../mail/mail-store.ts';
import type { Delivery, Outbox } from '../mail/outbox.ts';
import { mailOfLink } from './email-link.ts';
import {
  findSignInLink,
  insertSignInLink,
  type SignInLinkRow,
  takeSignInLink,
} from './sign-in-link-store.ts';
import { addWay } from './ways.ts';

const VALID_MS = 30 * 60_000;

/** Such a link never signs anybody in: what is asked for by this hash is found by no other. */
const hashOf = (token: string) => hashToken(`add_email.${token}`);

/** Writes to the address. What is answered is the same whether somebody has it or not. */
export async function askToAddEmail(
  { ctx, outbox }: { ctx: Context; outbox: Outbox },
  { developerId, email }: { developerId: string; email: string },
): Promise<Delivery> {
  const token = createToken();
  const now = ctx.now();
  const mailId = await ctx.db.transaction().execute(async (tx) => {
    await insertSignInLink(tx, {
      token_hash: hashOf(token),
      email,
      purpose: 'add_email',
      developer_id: developerId,
      role: null,
      browser_hash: null,
      created_at: now,
      expires_at: now + VALID_MS,
      used_at: null,
    });
    const link = `${ctx.config.publicUrl}/account/email/${token}`;
    return insertMail(tx, now, { id: mailOfLink(hashOf(token)), developerId, ...addressMail(email, link) });
  });
  return outbox.send(mailId);
}

/**
 * The address that a link adds; null when it is unknown, used or too old, or was asked for by another account. Whoever
 * only reads the mailbox cannot be made to hand it to somebody else's account.
 */
export async function previewAddedEmail(
  ctx: Context,
  developerId: string,
  token: string,
): Promise<string | null> {
  return (await findOwnLink(ctx, developerId, token))?.email ?? null;
}

/** Throws AppError 410 for a link that cannot be used, and 409 for an address that somebody else signs in with. */
export async function addEmail(ctx: Context, developerId: string, token: string): Promise<string> {
  const link = await findOwnLink(ctx, developerId, token);
  const added =
    link &&
    (await ctx.db.transaction().execute(async (tx) => {
      const taken = await takeSignInLink(tx, link.token_hash, ctx.now());
      const proof = { issuer: EMAIL, subject: link.email, label: link.email };
      return taken && addWay(tx, ctx.now(), developerId, proof);
    }));
  if (!added) {
    throw new AppError(
      410,
      'link_expired',
      'This link was used before, is older than 30 minutes, or was asked for by another account. Ask for another one on the account page.',
    );
  }
  if (added === 'taken') {
    throw new AppError(
      409,
      'email_in_use',
      'This address belongs to another account here. Sign in with it, or add another one.',
    );
  }
  return link.email;
}

async function findOwnLink(ctx: Context, developerId: string, token: string): Promise<SignInLinkRow | null> {
  const link = await findSignInLink(ctx.db, hashOf(token), ctx.now());
  return link?.developer_id === developerId ? link : null;
}

function addressMail(email: string, link: string): { recipient: string; subject: string; body: string } {
  return {
    recipient: email,
    subject: 'Add this address to your Firstcall account',
    body: `Somebody who is signed in to Firstcall wants to sign in with ${email}, too. If that is you, open this link in the
browser in which you are signed in:

${link}

It works once, for 30 minutes. If it is not you, do nothing: without this link your address belongs to nobody.
`,
  };
}
