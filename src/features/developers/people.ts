import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { findDeveloper } from './developer-store.ts';
import { listInvitations } from './invitation-store.ts';
import { changeRoleUnlessLastAdmin, listStaff } from './people-store.ts';
import { type Role, role } from './roles.ts';
import { deleteSessionsOf } from './session-store.ts';

/** One of the company's own people. Times are milliseconds since 1970. */
export interface Person {
  id: string;
  role: Role;
  /** Addresses and names at providers; empty for one who has only ever used the admin's link. */
  labels: string[];
  since: number;
  /** When they last proved who they are in a session that is still there. */
  signedInAt: number | null;
}

export async function listPeople(ctx: Context): Promise<Person[]> {
  const rows = await listStaff(ctx.db);
  return rows.map((row) => ({
    id: row.id,
    role: role.parse(row.role),
    labels: row.labels?.split('\t') ?? [],
    since: row.created_at,
    signedInAt: row.signed_in_at,
  }));
}

/** Somebody who may become one of them by showing that the address is theirs. */
export interface Invitation {
  email: string;
  role: Role;
  invitedAt: number;
  expiresAt: number;
}

/** Newest first. */
export async function listInvited(ctx: Context): Promise<Invitation[]> {
  return (await listInvitations(ctx.db, ctx.now())).map((row) => ({
    email: row.email,
    role: role.parse(row.role),
    invitedAt: row.created_at,
    expiresAt: row.expires_at,
  }));
}

/**
 * Gives somebody another role and ends their sessions, so that it holds from their next sign-in. Throws AppError for
 * one's own role, for the last admin, and for somebody who is not there.
 */
export async function changeRole(
  ctx: Context,
  { actorId, developerId, role }: { actorId: string; developerId: string; role: Role },
): Promise<void> {
  if (actorId === developerId) {
    throw new AppError(422, 'invalid_request', 'Nobody changes their own role. Ask another admin.');
  }
  await ctx.db.transaction().execute(async (tx) => {
    const before = await findDeveloper(tx, developerId);
    if (!before || before.merged_into !== null) {
      throw new AppError(404, 'not_found', 'There is nobody with this id. Reload the page.');
    }
    if (before.role === role) return;
    if (!(await changeRoleUnlessLastAdmin(tx, developerId, role))) {
      throw new AppError(422, 'invalid_request', 'This is the last admin. Make somebody else one first.');
    }
    await deleteSessionsOf(tx, developerId);
    await recordAudit(tx, ctx.now(), {
      developerId,
      actorId,
      action: 'role.changed',
      detail: { from: before.role, to: role },
    });
  });
}
