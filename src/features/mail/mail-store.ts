import { randomUUIDv7 } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Db } from '../../context.ts';
import type { MailTable } from '../../db/schema.ts';

export type MailRow = Selectable<MailTable>;

export interface NewMail {
  /** Where whoever writes it has a name for it: two mails never have the same. */
  id?: string;
  /** Whose mail it is, so that it goes when they do; null while nobody is known. */
  developerId: string | null;
  /** A bare address. */
  recipient: string;
  subject: string;
  /** Plain text. Emptied once it has been sent. */
  body: string;
}

/** Puts a mail into the outbox; joins the transaction that gives the reason for it. Returns its id. */
export async function insertMail(db: Db, now: number, mail: NewMail): Promise<string> {
  const { id = `mail_${randomUUIDv7()}`, developerId, recipient, subject, body } = mail;
  await db
    .insertInto('mail')
    .values({
      id,
      developer_id: developerId,
      recipient,
      subject,
      body,
      created_at: now,
      next_try_at: now,
      tries: 0,
      sent_at: null,
      last_error: null,
    })
    .execute();
  return id;
}

/** How many mails are still to be sent, now or later. */
export async function countWaitingMail(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('mail')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('next_try_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The ids of mails whose time has come, oldest first. */
export async function listDueMail(db: Db, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('mail')
    .select('id')
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/**
 * Takes a mail for one try. Of several processes one gets it; should that one die, another may after `leaseMs`.
 */
export async function takeMail(
  db: Db,
  id: string,
  now: number,
  leaseMs: number,
): Promise<MailRow | undefined> {
  return db
    .updateTable('mail')
    .set((e) => ({ tries: e('tries', '+', 1), next_try_at: now + leaseMs }))
    .where('id', '=', id)
    .where('next_try_at', '<=', now)
    .returningAll()
    .executeTakeFirst();
}

/** What it said is nobody's business any more. */
export async function markSent(db: Db, id: string, now: number): Promise<void> {
  await db
    .updateTable('mail')
    .set({ sent_at: now, next_try_at: null, last_error: null, body: '' })
    .where('id', '=', id)
    .execute();
}

/** @param nextTryAt null gives the mail up */
export async function markUnsent(
  db: Db,
  id: string,
  { error, nextTryAt }: { error: string; nextTryAt: number | null },
): Promise<void> {
  await db
    .updateTable('mail')
    .set({ next_try_at: nextTryAt, last_error: error, ...(nextTryAt === null && { body: '' }) })
    .where('id', '=', id)
    .execute();
}

/** Mails that are done with, whether they were sent or given up. */
export async function deleteMailBefore(db: Db, before: number): Promise<void> {
  await db.deleteFrom('mail').where('created_at', '<', before).where('next_try_at', 'is', null).execute();
}
