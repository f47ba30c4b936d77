import { AuthorizationResponseError, randomPKCECodeVerifier } from 'openid-client';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { type Browser, type Doors, type Entry, enter } from '../claims/enter.ts';
import { EMAIL, findIdentity } from '../developers/identity-store.ts';
import { createToken } from '../developers/secret-token.ts';
import { FRESH_MS } from '../developers/sessions.ts';
import { beginCeremony, finishCeremony } from './ceremony.ts';
import { PROVIDER_IDS, type Provider, type ProviderIdentity } from './provider.ts';
import { addWay } from './ways.ts';

/** What is remembered while the browser is at the provider. */
const ELSEWHERE = {
  name: 'elsewhere',
  data: z.object({
    provider: z.enum(PROVIDER_IDS),
    nonce: z.string(),
    verifier: z.string(),
    maxAge: z.number().nullable(),
    next: z.string().nullable(),
    addTo: z.string().nullable(),
  }),
};

export interface Errand {
  provider: Provider;
  /** Where the person goes afterwards: a path of the portal; null when they were on their way nowhere. */
  next: string | null;
  /** Whose account it becomes another way into; null to sign in. */
  addTo: string | null;
  /** Whether somebody is signed in, and has to show that it is still them. */
  again: boolean;
}

/** Where the browser goes, and what it has to keep. Null when the provider cannot be reached. */
export async function askElsewhere(
  ctx: Context,
  { provider, next, addTo, again }: Errand,
): Promise<{ url: URL; setCookie: string } | null> {
  const question = {
    redirectUri: callbackUrl(ctx, provider.id),
    state: createToken(),
    nonce: createToken(),
    verifier: randomPKCECodeVerifier(),
    maxAge: again ? FRESH_MS / 1_000 : null,
  };
  const url = await provider.ask(question).catch((error: unknown) => complain(ctx, provider, error));
  if (!url) return null;
  const { nonce, verifier, maxAge } = question;
  const { setCookie } = await beginCeremony(ctx, ELSEWHERE, {
    token: question.state,
    data: { provider: provider.id, nonce, verifier, maxAge, next, addTo },
  });
  return { url, setCookie };
}

/**
 * Why nothing came of it. `unknown`: it was not begun in this browser, or too long ago. `denied`: the person said no.
 * `refused`: the provider's answer did not hold, or the provider was out of reach. `taken`: it is how somebody else
 * signs in. `signed_out`: the session ended meanwhile.
 */
export type Failure = 'unknown' | 'denied' | 'refused' | 'taken' | 'signed_out';

/** What came of it, and where the person goes. */
export type Return =
  | { came: 'in'; entry: Entry; next: string | null }
  | { came: 'as_another_way' }
  | { came: 'to_nothing'; failure: Failure; next: string | null; adding: boolean };

export interface Answer {
  provider: Provider;
  /** The query of the address that the browser came back to. */
  query: URLSearchParams;
  browser: Browser;
  /** Whose account the browser is signed in to now. */
  account: string | null;
}

/** Finishes what `askElsewhere` began: once, in the same browser, and for the same provider. */
export async function answerFromElsewhere(
  doors: Doors,
  { provider, query, browser, account }: Answer,
): Promise<Return> {
  const { ctx } = doors;
  const state = query.get('state') ?? '';
  const begun = await finishCeremony(ctx, ELSEWHERE, { token: state, cookies: browser.cookies });
  if (!begun || begun.provider !== provider.id) {
    return { came: 'to_nothing', failure: 'unknown', next: null, adding: false };
  }
  const { next, addTo, nonce, verifier, maxAge } = begun;
  const nothing = (failure: Failure): Return => ({
    came: 'to_nothing',
    failure,
    next,
    adding: addTo !== null,
  });

  const redirectUri = callbackUrl(ctx, provider.id);
  const identity = await provider
    .identify(new URL(`?${query}`, redirectUri), { redirectUri, state, nonce, verifier, maxAge })
    .catch((error: unknown) => (isDenial(error) ? 'denied' : complain(ctx, provider, error)));
  if (identity === 'denied') return nothing('denied');
  if (!identity) return nothing('refused');

  if (addTo === null) return { came: 'in', entry: await enterAs(doors, identity, browser), next };
  if (addTo !== account) return nothing('signed_out');
  const added = await ctx.db.transaction().execute((tx) => addWay(tx, ctx.now(), addTo, identity));
  return added === 'taken' ? nothing('taken') : { came: 'as_another_way' };
}

/**
 * By (issuer, subject). An address counts only when the provider's word for it does: then it leads to the person who
 * has shown to read it, or is theirs from now on.
 */
async function enterAs(doors: Doors, identity: ProviderIdentity, browser: Browser): Promise<Entry> {
  const { ctx } = doors;
  const { email, ...proof } = identity;
  if (email === null) return enter(doors, proof, browser);
  const owner = await findIdentity(ctx.db, EMAIL, email);
  if (owner) await ctx.db.transaction().execute((tx) => addWay(tx, ctx.now(), owner.developer_id, proof));
  const address = { issuer: EMAIL, subject: email, label: email };
  return enter(
    doors,
    {
      ...proof,
      attach: async (tx, developerId) => void (await addWay(tx, ctx.now(), developerId, address)),
    },
    browser,
  );
}

function callbackUrl({ config }: Context, provider: string): string {
  return `${config.publicUrl}/api/sign-in/${provider}/callback`;
}

const isDenial = (error: unknown) =>
  error instanceof AuthorizationResponseError && error.error === 'access_denied';

/** For the operator. Neither the answer nor what is in it: it may hold a code or an address. */
function complain({ log }: Context, provider: Provider, error: unknown): null {
  const { name, message, code } = error instanceof Error ? (error as Error & { code?: unknown }) : {};
  log.warn({ provider: provider.id, error: { name, message, code } }, 'a sign-in elsewhere came to nothing');
  return null;
}
