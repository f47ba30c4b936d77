import { hash, randomInt } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { IssuedCredential } from '../credentials/credential-schema.ts';
import type { CredentialVerifier } from '../credentials/credential-verifier.ts';
import { issueCredential } from '../credentials/issue-credential.ts';
import { createDeveloper } from '../developers/developer-store.ts';
import { giveBackStartCode, insertStartCode, takeStartCode } from './start-code-store.ts';

/** Long enough to find a terminal, short enough to be of no use in a shell's history. */
const VALID_MS = 10 * 60_000;
/** Without characters that are taken for each other: somebody may read it off a screen. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
/** 119 bits. */
const LENGTH = 24;

export interface StartCode {
  /** In the clear only here; what is stored is its hash. */
  code: string;
  developerId: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/**
 * A code that stands in a command in place of a key: it works once, for ten minutes. The key is minted when it is
 * used. `developerId` null begins a new, anonymous developer.
 */
export async function createStartCode(
  ctx: Context,
  input: { developerId: string | null; pageAgeMs: number; channel?: string | null },
): Promise<StartCode> {
  const now = ctx.now();
  const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const expiresAt = now + VALID_MS;
  const developerId = await ctx.db.transaction().execute(async (tx) => {
    const owner = input.developerId ?? (await createDeveloper(tx, now, { channel: input.channel ?? null }));
    await insertStartCode(tx, {
      code_hash: hashCode(code),
      developer_id: owner,
      created_at: now,
      page_opened_at: now - input.pageAgeMs,
      expires_at: expiresAt,
      used_at: null,
    });
    return owner;
  });
  return { code, developerId, expiresAt };
}

/** Mints the key that the code stands for. Null when the code is unknown, too old or used; nobody learns which. */
export async function redeemStartCode(
  ctx: Context,
  verifier: CredentialVerifier,
  code: string,
): Promise<IssuedCredential | null> {
  const taken = await takeStartCode(ctx.db, hashCode(code), ctx.now());
  if (!taken) return null;
  try {
    return await issueCredential(ctx, verifier, {
      developerId: taken.developer_id,
      origin: 'own_machine',
      pageAgeMs: Math.max(0, ctx.now() - taken.page_opened_at),
    });
  } catch (error) {
    await giveBackStartCode(ctx.db, taken.code_hash);
    throw error;
  }
}

/** A plain hash is enough from 112 bits (OWASP ASVS 5.0, 6.5.2). */
function hashCode(code: string): string {
  return hash('sha256', code, 'base64url');
}
