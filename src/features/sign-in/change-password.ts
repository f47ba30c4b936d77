import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { findVerifiedEmail } from '../developers/identity-store.ts';
import { endOtherSessions } from '../developers/own-sessions.ts';
import type { PasswordHasher } from '../developers/password-hash.ts';
import { deletePassword, storePassword } from '../developers/password-store.ts';

interface Owner {
  developerId: string;
  /** The session that stays; whoever else is signed in has to prove it anew. */
  sessionId: string;
}

/** Throws AppError 409 without an address to use it with, and 429 when too many passwords are being hashed. */
export async function setPassword(
  { ctx, passwords }: { ctx: Context; passwords: PasswordHasher },
  { developerId, sessionId }: Owner,
  password: string,
): Promise<void> {
  if ((await findVerifiedEmail(ctx.db, developerId)) === null) {
    throw new AppError(
      409,
      'email_missing',
      'A password is used together with an e-mail address, and this account has none. Add one first.',
    );
  }
  const hash = await passwords.hash(password);
  await ctx.db.transaction().execute(async (tx) => {
    await storePassword(tx, developerId, hash, ctx.now());
    await recordAudit(tx, ctx.now(), { developerId, action: 'password.set' });
  });
  await endOtherSessions(ctx, developerId, sessionId);
}

export async function removePassword(ctx: Context, { developerId, sessionId }: Owner): Promise<void> {
  const gone = await ctx.db.transaction().execute(async (tx) => {
    const removed = await deletePassword(tx, developerId);
    if (removed) await recordAudit(tx, ctx.now(), { developerId, action: 'password.removed' });
    return removed;
  });
  if (gone) await endOtherSessions(ctx, developerId, sessionId);
}
