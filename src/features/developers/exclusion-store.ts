import { sql } from 'kysely';
import type { Db } from '../../context.ts';
import { EMAIL } from './identity-store.ts';

const RULE = 'rule';

/** Why, by whom and since when a developer is left out. */
export async function findExclusion(db: Db, developerId: string) {
  return db
    .selectFrom('developer')
    .select(['excluded', 'excluded_by', 'excluded_at'])
    .where('id', '=', developerId)
    .executeTakeFirst();
}

export async function setExclusion(
  db: Db,
  developerId: string,
  { reason, by, at }: { reason: string | null; by: string; at: number },
): Promise<void> {
  await db
    .updateTable('developer')
    .set({ excluded: reason, excluded_by: by, excluded_at: at })
    .where('id', '=', developerId)
    .execute();
}

const readsAt = (domain: string) => sql<boolean>`exists (
  select 1 from identity where identity.developer_id = developer.id and identity.issuer = ${EMAIL}
    and lower(identity.subject) like ${`%@${domain}`})`;

/** Of those of whom nobody has decided by hand. */
export async function excludeByDomain(
  db: Db,
  domain: string,
  { now, developerId }: { now: number; developerId: string | undefined },
): Promise<void> {
  let query = db
    .updateTable('developer')
    .set({ excluded: 'internal', excluded_by: RULE, excluded_at: now })
    .where('excluded', 'is', null)
    .where('excluded_by', 'is', null)
    .where(readsAt(domain));
  if (developerId !== undefined) query = query.where('id', '=', developerId);
  await query.execute();
}

/** Those whom a rule left out that holds no longer. */
export async function includeByDomain(
  db: Db,
  domains: readonly string[],
  developerId: string | undefined,
): Promise<void> {
  let query = db
    .updateTable('developer')
    .set({ excluded: null, excluded_by: null, excluded_at: null })
    .where('excluded_by', '=', RULE);
  for (const domain of domains) query = query.where((e) => e.not(readsAt(domain)));
  if (developerId !== undefined) query = query.where('id', '=', developerId);
  await query.execute();
}
