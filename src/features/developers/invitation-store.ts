import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { SignInLinkTable } from '../../db/proof-schema.ts';

/** A link that also gives a role, to whoever shows that the address is theirs. */
export const INVITE = 'invite';

export type InvitationRow = Pick<
  Selectable<SignInLinkTable>,
  'token_hash' | 'email' | 'role' | 'created_at' | 'expires_at'
>;

/** Invitations that nobody has accepted and that still can be, newest first. */
export async function listInvitations(db: Db, now: number): Promise<InvitationRow[]> {
  return openInvitations(db, now).orderBy('created_at', 'desc').execute();
}

/** The role that an address is invited to; it is given once. Null when nobody has invited it. */
export async function acceptInvitation(db: Db, email: string, now: number): Promise<string | null> {
  const invitation = await openInvitations(db, now)
    .where('email', '=', email)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  if (invitation) await withdrawInvitations(db, email);
  return invitation?.role ?? null;
}

/** Whether there was one. What was sent becomes worth nothing. */
export async function withdrawInvitations(db: Db, email: string): Promise<boolean> {
  const withdrawn = await db
    .deleteFrom('sign_in_link')
    .where('purpose', '=', INVITE)
    .where('email', '=', email)
    .returning('token_hash')
    .execute();
  return withdrawn.length > 0;
}

function openInvitations(db: Db, now: number) {
  return db
    .selectFrom('sign_in_link')
    .select(['token_hash', 'email', 'role', 'created_at', 'expires_at'])
    .where('purpose', '=', INVITE)
    .where('role', 'is not', null)
    .where('expires_at', '>', now);
}
