import type { Context, Db } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import type { Proof } from '../claims/enter.ts';
import { lockDeveloper } from '../developers/developer-store.ts';
import {
  deleteIdentity,
  EMAIL,
  findIdentity,
  type IdentityRow,
  insertIdentity,
  listIdentities,
} from '../developers/identity-store.ts';
import { endOtherSessions } from '../developers/own-sessions.ts';
import { deletePassword } from '../developers/password-store.ts';
import { deletePasskey, PASSKEY } from './passkey-store.ts';

/** `taken`: it is how somebody else signs in, and stays so. */
export type Added = 'added' | 'there_already' | 'taken';

/** Another way for the same person to sign in. Two people never share one. */
export async function addWay(tx: Db, now: number, developerId: string, proof: Proof): Promise<Added> {
  const { issuer, subject, label } = proof;
  const row: IdentityRow = { issuer, subject, label, developer_id: developerId, created_at: now };
  if (!(await insertIdentity(tx, row))) {
    const owner = (await findIdentity(tx, issuer, subject))?.developer_id;
    return owner === developerId ? 'there_already' : 'taken';
  }
  await recordAudit(tx, now, { developerId, action: 'identity.added', target: label, detail: { issuer } });
  return 'added';
}

export interface RemoveWay extends Pick<IdentityRow, 'issuer' | 'subject'> {
  developerId: string;
  /** The session that stays; whoever else is signed in has to prove it anew. */
  sessionId: string;
}

/**
 * Nobody signs in this way any more. The account's last way in stays, however many are removed at once: then it throws
 * AppError 409. Returns how the person knew it, or null when it was not there.
 */
export async function removeWay(
  ctx: Context,
  { developerId, sessionId, issuer, subject }: RemoveWay,
): Promise<string | null> {
  const removed = await ctx.db.transaction().execute(async (tx) => {
    await lockDeveloper(tx, developerId);
    const ways = await listIdentities(tx, developerId);
    const way = ways.find((one) => one.issuer === issuer && one.subject === subject);
    if (!way) return null;
    const others = ways.filter((one) => one !== way);
    if (others.length === 0) throw lastWayIn();
    await deleteIdentity(tx, developerId, issuer, subject);
    if (issuer === PASSKEY) await deletePasskey(tx, subject);
    // A password is used with an address; without one it would wait for the next address that is added.
    if (!others.some((one) => one.issuer === EMAIL)) await deletePassword(tx, developerId);
    const detail = { issuer };
    await recordAudit(tx, ctx.now(), { developerId, action: 'identity.removed', target: way.label, detail });
    return way.label;
  });
  if (removed !== null) await endOtherSessions(ctx, developerId, sessionId);
  return removed;
}

function lastWayIn(): AppError {
  return new AppError(
    409,
    'last_way_in',
    'This is the only way into your account, so it stays. Add another one, then remove it.',
  );
}
