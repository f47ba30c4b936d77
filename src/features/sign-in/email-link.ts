import type { Context, Db } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit-store.ts';
import { type Browser, type Doors, type Entry, enter, type Proof } from '../claims/enter.ts';
import { EMAIL, findIdentity } from '../developers/identity-store.ts';
import type { PasswordHasher } from '../developers/password-hash.ts';
import { storePassword } from '../developers/password-store.ts';
import { createToken, hashToken } from '../developers/secret-token.ts';
import { insertMail } from '../mail/mail-store.ts';
import type { Delivery, Outbox } from '../mail/outbox.ts';
import { askingBrowser } from './asking-browser.ts';
import {
  deleteSignInLinksBefore,
  findSignInLink,
  insertSignInLink,
  postponeExpiry,
  takeSignInLink,
} from './sign-in-link-store.ts';
import { signInMail } from './sign-in-mail.ts';

const VALID_MS = 30 * 60_000;
/** A link waits in the outbox for up to three days before its time begins. */
const SWEEP_AFTER_MS = 4 * 24 * 3_600_000;

export interface AskForLink {
  /** Normalised. */
  email: string;
  /** The request's `Cookie` header. */
  cookies: string | null | undefined;
  /** A path of the portal to go on with. */
  next: string | null;
}

/**
 * Writes a mail with a link that signs in whoever reads it. The same happens and the same is answered whether
 * somebody has the address or not.
 */
export async function askForLink(
  { ctx, outbox }: { ctx: Context; outbox: Outbox },
  { email, cookies, next }: AskForLink,
): Promise<{ delivery: Delivery; setCookies: string[] }> {
  const browser = askingBrowser(ctx.config);
  const { id, setCookies } = browser.remember(cookies, next);
  const mailId = await ctx.db.transaction().execute(async (tx) => {
    const { token, mailId } = await createSignInLink(tx, ctx.now(), { email, browserHash: hashToken(id) });
    const link = `${ctx.config.publicUrl}/sign-in/${token}`;
    return insertMail(tx, ctx.now(), { id: mailId, developerId: null, ...signInMail(email, link) });
  });
  return { delivery: await outbox.send(mailId), setCookies };
}

async function createSignInLink(
  tx: Db,
  now: number,
  { email, browserHash }: { email: string; browserHash: string },
): Promise<{ token: string; mailId: string }> {
  const token = createToken();
  const tokenHash = hashToken(token);
  await insertSignInLink(tx, {
    token_hash: tokenHash,
    email,
    purpose: 'sign_in',
    developer_id: null,
    role: null,
    browser_hash: browserHash,
    created_at: now,
    expires_at: now + VALID_MS,
    used_at: null,
  });
  return { token, mailId: mailOfLink(tokenHash) };
}

const MAIL_PREFIX = 'link_';

/** The mail that carries a link is named after it. */
export function mailOfLink(tokenHash: string): string {
  return MAIL_PREFIX + tokenHash;
}

/** The time of a link begins when its mail has left, not when it was written. */
export async function beginLinkTime(tx: Db, mailId: string, now: number): Promise<void> {
  if (mailId.startsWith(MAIL_PREFIX)) await postponeExpiry(tx, mailId.slice(MAIL_PREFIX.length), now);
}

/** What the page shows before anything is done; whoever opens a link only to look at it changes nothing. */
export interface LinkPreview {
  email: string;
  /** Nobody has shown to read this mailbox before. */
  isNew: boolean;
  /** It was asked for in this browser, so what this browser began is taken along. */
  sameBrowser: boolean;
}

/** Null when the link is unknown, used or too old; nobody learns which. */
export async function previewLink(
  ctx: Context,
  token: string,
  cookies: string | null | undefined,
): Promise<LinkPreview | null> {
  const link = await findSignInLink(ctx.db, hashToken(token), ctx.now());
  if (!link) return null;
  const known = await findIdentity(ctx.db, EMAIL, link.email);
  return {
    email: link.email,
    isNew: known === undefined,
    sameBrowser: askingBrowser(ctx.config).asked(cookies, link.browser_hash),
  };
}

export interface UseLink {
  token: string;
  browser: Browser;
  /** For somebody new; somebody known has one already, or does without. */
  password: string | null;
}

/**
 * Signs in. In a browser that did not ask for the link nothing is taken along: whoever sent the link to somebody else
 * would otherwise come by what that person began. Throws AppError 410 for a link that cannot be used.
 */
export async function useLink(
  doors: Doors & { passwords: PasswordHasher },
  { token, browser, password }: UseLink,
): Promise<Entry & { next: string | null }> {
  const { ctx, visitors } = doors;
  const asking = askingBrowser(ctx.config);
  const hash = password === null ? null : await doors.passwords.hash(password);
  const link = await takeSignInLink(ctx.db, hashToken(token), ctx.now());
  if (!link) {
    throw new AppError(
      410,
      'link_expired',
      'This link was used before, is older than 30 minutes, or is not complete. Ask for another one.',
    );
  }
  const sameBrowser = asking.asked(browser.cookies, link.browser_hash);
  const keepsOut = !sameBrowser && (await visitors.read(browser.cookies))?.claimed === false;
  const proof: Proof = {
    issuer: EMAIL,
    subject: link.email,
    label: link.email,
    attach: async (tx, developerId) => {
      if (hash) await setFirstPassword(tx, ctx.now(), developerId, hash);
    },
  };
  const entry = await enter(doors, proof, keepsOut ? { ...browser, cookies: null } : browser);
  return {
    ...entry,
    setCookies: [...entry.setCookies, ...asking.forget()],
    next: sameBrowser ? asking.next(browser.cookies) : null,
  };
}

async function setFirstPassword(tx: Db, now: number, developerId: string, hash: string): Promise<void> {
  await storePassword(tx, developerId, hash, now);
  await recordAudit(tx, now, { developerId, action: 'password.set' });
}

/** Forgets links that nobody can use any more. */
export async function sweepLinks(ctx: Context): Promise<void> {
  await deleteSignInLinksBefore(ctx.db, ctx.now() - SWEEP_AFTER_MS);
}
