import type { Context, Db } from '../../context.ts';
import { deleteMailBefore, listDueMail, type MailRow, markSent, markUnsent, takeMail } from './mail-store.ts';
import { nextTryAt } from './retry-rules.ts';
import { type MailTransport, RefusedMailError } from './transport.ts';

/**
 * What became of a try: it left, was kept because there is no mail server, waits for the mail server, or the server does
 * not take it.
 */
export type Delivery = 'sent' | 'kept' | 'waiting' | 'refused';

export interface Outbox {
  /** Where mail goes, for people. */
  description: string;
  /** Tries to send one mail now, and does not keep its reader waiting for a slow server. */
  send(id: string): Promise<Delivery>;
  /** Tries every mail whose time has come. */
  sendDue(): Promise<void>;
  /** Forgets who was written to, once that is of no use. */
  sweep(): Promise<void>;
  /** Waits for the tries under way. */
  close(): Promise<void>;
}

/** Told in the transaction that notes that a mail has left. */
export type OnSent = (tx: Db, mailId: string, now: number) => Promise<void>;

const LEASE_MS = 5 * 60_000;
const PATIENCE_MS = 3_000;
const AT_ONCE = 20;
const KEEP_MS = 30 * 24 * 3_600_000;

/** Mail is written down with the reason for it, then sent, and tried again until the mail server takes it. */
export function createOutbox(ctx: Context, transport: MailTransport, onSent: OnSent): Outbox {
  const tries = new Set<Promise<Delivery>>();

  const attempt = async (id: string): Promise<Delivery> => {
    const mail = await takeMail(ctx.db, id, ctx.now(), LEASE_MS);
    if (!mail) return 'waiting';
    let became: Delivery;
    try {
      became = await transport.send(mail);
    } catch (error) {
      return await noteFailure(ctx, mail, error);
    }
    await ctx.db.transaction().execute(async (tx) => {
      await markSent(tx, id, ctx.now());
      await onSent(tx, id, ctx.now());
    });
    return became;
  };

  const watched = (id: string): Promise<Delivery> => {
    const attempted = attempt(id).catch((error: unknown): Delivery => {
      ctx.log.warn({ err: error, mail: id }, 'a mail could not be taken from the outbox');
      return 'waiting';
    });
    tries.add(attempted);
    void attempted.then(() => tries.delete(attempted));
    return attempted;
  };

  return {
    description: transport.description,
    send: (id) => within(PATIENCE_MS, watched(id)),
    async sendDue() {
      await Promise.all((await listDueMail(ctx.db, ctx.now(), AT_ONCE)).map(watched));
    },
    sweep: () => deleteMailBefore(ctx.db, ctx.now() - KEEP_MS),
    async close() {
      await within(PATIENCE_MS, Promise.all(tries));
      transport.close();
    },
  };
}

async function noteFailure(ctx: Context, mail: MailRow, error: unknown): Promise<Delivery> {
  const refused = error instanceof RefusedMailError;
  const text = error instanceof Error ? error.message.slice(0, 300) : String(error);
  const again = refused ? null : nextTryAt(mail, ctx.now());
  await markUnsent(ctx.db, mail.id, { error: text, nextTryAt: again });
  ctx.log.warn({ mail: mail.id, tries: mail.tries, error: text, again }, 'a mail could not be sent');
  return refused ? 'refused' : 'waiting';
}

/** The work goes on when the time is up. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | 'waiting'> {
  const { promise, resolve } = Promise.withResolvers<'waiting'>();
  const timer = setTimeout(() => resolve('waiting'), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
