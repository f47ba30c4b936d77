import { randomUUIDv7 } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { AuditTable } from '../../db/schema.ts';

/** Everything that is noted of a key, a role or a session. */
export type AuditAction =
  | 'developer.claimed'
  | 'developer.merged'
  | 'developer.exported'
  | 'developer.excluded'
  | 'developer.included'
  | 'session.began'
  | 'session.ended'
  | 'identity.added'
  | 'identity.removed'
  | 'password.set'
  | 'password.removed'
  | 'role.invited'
  | 'role.changed'
  | 'key.created'
  | 'key.confirmed'
  | 'key.revealed'
  | 'key.rolled'
  | 'key.revoked'
  | 'root_key.created'
  | 'root_key.revoked'
  | 'proxy.followed'
  | 'proxy.decided';

export interface AuditEntry {
  /** Whose key, role or session it was. */
  developerId: string;
  /** Who did it; the developer, where nobody else is named. */
  actorId?: string;
  action: AuditAction;
  target?: string | null;
  /** Never a secret. */
  detail?: Record<string, unknown>;
}

export async function recordAudit(db: Db, now: number, ...entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await db
    .insertInto('audit')
    .values(
      entries.map(({ developerId, actorId = developerId, action, target = null, detail = {} }) => ({
        developer_id: developerId,
        id: nextId(),
        at: now,
        actor_id: actorId,
        action,
        target,
        detail: JSON.stringify(detail),
      })),
    )
    .execute();
}

/** The text of a UUID of version 7 begins with its millisecond and ends with 48 random bits. */
const TIME_ENDS = 13;
const LAST_DIGITS = 12;
let last = '';

/** A time and something random; what this process notes within one millisecond stays in its order. */
function nextId(): string {
  const id = randomUUIDv7();
  const isInOrder = id > last || !id.startsWith(last.slice(0, TIME_ENDS));
  last = isInOrder ? id : following(last);
  return last;
}

const following = (id: string) =>
  id.slice(0, -LAST_DIGITS) +
  (Number.parseInt(id.slice(-LAST_DIGITS), 16) + 1).toString(16).padStart(LAST_DIGITS, '0');

export type AuditRow = Selectable<AuditTable>;

/** Newest first, only older than the entry `before` where it is given. */
export async function listAuditBefore(db: Db, before: string | null, limit: number): Promise<AuditRow[]> {
  const newest = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
  return (before === null ? newest : newest.where('id', '<', before)).execute();
}
