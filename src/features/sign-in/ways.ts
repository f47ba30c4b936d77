import type { Context, Db } from '../../context.ts';
import { recordAudit } from '../audit/audit-store.ts';
import type { Proof } from '../claims/enter.ts';
import { lockDeveloper } from '../developers/developer-store.ts';
import {
  deleteIdentity,
  findIdentity,
  type IdentityRow,
  insertIdentity,
  listIdentities,
} from '../developers/identity-store.ts';
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

/** `last`: without it nobody could come back to this account. */
export type Removed = 'removed' | 'last' | 'not_there';

/** The account's last way in stays, however many are removed at once. */
export async function removeWay(
  ctx: Context,
  developerId: string,
  { issuer, subject }: Pick<IdentityRow, 'issuer' | 'subject'>,
): Promise<Removed> {
  return ctx.db.transaction().execute(async (tx) => {
    await lockDeveloper(tx, developerId);
    const ways = await listIdentities(tx, developerId);
    const way = ways.find((one) => one.issuer === issuer && one.subject === subject);
    if (!way) return 'not_there';
    if (ways.length === 1) return 'last';
    await deleteIdentity(tx, developerId, issuer, subject);
    if (issuer === PASSKEY) await deletePasskey(tx, subject);
    await recordAudit(tx, ctx.now(), {
      developerId,
      action: 'identity.removed',
      target: way.label,
      detail: { issuer },
    });
    return 'removed';
  });
}
