import { type ActionAPIContext, defineAction } from 'astro:actions';
import { z } from 'zod';
import type { Browser, Entry } from '../features/claims/enter.ts';
import { sayBrowser } from '../features/developers/say-browser.ts';
import { emailField } from '../features/sign-in/email-address.ts';
import { useLink as signInByLink, askForLink as writeLink } from '../features/sign-in/email-link.ts';
import type { LinkAnswer } from '../features/sign-in/link-schema.ts';
import {
  signInWithPassword as comparePassword,
  givenPassword,
  newPassword,
} from '../features/sign-in/password.ts';
import { homeOf, returnPath } from '../features/sign-in/return-path.ts';
import { inWords } from './in-words.ts';

const next = z.string().nullish().transform(returnPath);

/** A link that signs in is written to the address, whoever has it. */
export const askForLink = defineAction({
  accept: 'form',
  input: z.object({ email: emailField, next }),
  handler: inWords(async ({ email, next }, { locals, request }): Promise<LinkAnswer> => {
    const { portal, clientAddress, setCookies } = locals;
    portal.signInLimits.takeLink(email, clientAddress, portal.ctx.now());
    const asked = await writeLink(portal, { email, next, cookies: request.headers.get('cookie') });
    setCookies.push(...asked.setCookies);
    return { email, delivery: asked.delivery };
  }),
});

/** Opening a link changes nothing; this is the button on its page. */
export const useLink = defineAction({
  accept: 'form',
  input: z.object({ token: z.string().max(200), password: newPassword.nullish() }),
  handler: inWords(async ({ token, password }, context) => {
    const entry = await signInByLink(context.locals.portal, {
      token,
      password: password ?? null,
      browser: browserOf(context),
    });
    return welcome(entry, entry.next, context);
  }),
});

export const signInWithPassword = defineAction({
  accept: 'form',
  input: z.object({ email: emailField, password: givenPassword, next }),
  handler: inWords(async ({ email, password, next }, context) => {
    const { portal, clientAddress } = context.locals;
    portal.signInLimits.takePassword(email, clientAddress, portal.ctx.now());
    const entry = await comparePassword(portal, { email, password, browser: browserOf(context) });
    return welcome(entry, next, context);
  }),
});

/** An anonymous developer is not signed in: ending that session would lose the keys for good. */
export const signOut = defineAction({
  accept: 'form',
  handler: inWords(async (_, { locals, request }) => {
    const { portal, staff, visitor, setCookies } = locals;
    const cookies = request.headers.get('cookie');
    if (staff) setCookies.push(...(await portal.staff.end(cookies)));
    if (visitor?.claimed) setCookies.push(...(await portal.visitors.end(cookies)));
  }),
});

function welcome(entry: Entry, next: string | null, { locals }: ActionAPIContext): { next: string } {
  locals.setCookies.push(...entry.setCookies);
  return { next: next ?? homeOf(entry) };
}

function browserOf({ request }: ActionAPIContext): Browser {
  return { cookies: request.headers.get('cookie'), client: sayBrowser(request.headers.get('user-agent')) };
}
