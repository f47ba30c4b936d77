import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { type CredentialRow, findCredential } from './credential-store.ts';
import { keyEnded, noSuchKey } from './key-errors.ts';

/** Shows a test key to its owner again, and notes that. Throws AppError for a key that cannot be shown. */
export async function revealKey(ctx: Context, key: { developerId: string; id: string }): Promise<string> {
  const { developerId, id } = key;
  const row = await findCredential(ctx.db, developerId, id);
  if (!row) throw noSuchKey();
  if (!works(row, ctx.now())) throw keyEnded(row, 'There is nothing to show.');
  const secret = row.sealed_secret === null ? null : ctx.seal.open(row.sealed_secret, id);
  if (secret === null) {
    throw new AppError(
      409,
      'not_shown_again',
      row.environment === 'live'
        ? 'A live key is shown once, when it is made. Roll this one to get another in its place.'
        : 'This key was not kept, or was kept under another secret of this portal. Roll it to get another in its place.',
    );
  }
  await recordAudit(ctx.db, ctx.now(), { developerId, action: 'key.revealed', target: id });
  return secret;
}

function works(row: CredentialRow, now: number): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at > now);
}
