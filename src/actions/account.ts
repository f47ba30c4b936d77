import { defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import { endSession as endOne, endOtherSessions as endOthers } from '../features/developers/own-sessions.ts';
import type { SessionOwner } from '../features/developers/sessions.ts';
import { deleteDeveloper } from '../features/privacy/delete-developer.ts';
import { addEmail as addAddress, askToAddEmail as writeToAddress } from '../features/sign-in/add-email.ts';
import {
  removePassword as forgetPassword,
  setPassword as keepPassword,
} from '../features/sign-in/change-password.ts';
import { emailField } from '../features/sign-in/email-address.ts';
import { newPassword } from '../features/sign-in/password.ts';
import { removeWay as forgetWay } from '../features/sign-in/ways.ts';
import { ownerOf } from '../http/policy.ts';
import { inWords } from './in-words.ts';

export const endSession = defineAction({
  accept: 'form',
  input: z.object({ session: z.string().max(64) }),
  handler: inWords(async ({ session }, { locals }) => {
    await endOne(locals.portal.ctx, me(locals).developerId, session);
  }),
});

export const endOtherSessions = defineAction({
  accept: 'form',
  handler: inWords(async (_: unknown, { locals }) => {
    const { developerId, sessionId } = me(locals);
    return { ended: await endOthers(locals.portal.ctx, developerId, sessionId) };
  }),
});

export const removeWay = defineAction({
  accept: 'form',
  input: z.object({ issuer: z.string().max(2_000), subject: z.string().max(2_000) }),
  handler: inWords(async (way, { locals }) => ({
    removed: await forgetWay(locals.portal.ctx, { ...me(locals), ...way }),
  })),
});

export const setPassword = defineAction({
  accept: 'form',
  input: z.object({ password: newPassword }),
  handler: inWords(async ({ password }, { locals }) => keepPassword(locals.portal, me(locals), password)),
});

export const removePassword = defineAction({
  accept: 'form',
  handler: inWords(async (_: unknown, { locals }) => forgetPassword(locals.portal.ctx, me(locals))),
});

/** A link that adds the address is written to it. */
export const askToAddEmail = defineAction({
  accept: 'form',
  input: z.object({ email: emailField }),
  handler: inWords(async ({ email }, { locals }) => {
    const { portal, clientAddress } = locals;
    portal.signInLimits.takeLink(email, clientAddress, portal.ctx.now());
    const delivery = await writeToAddress(portal, { developerId: me(locals).developerId, email });
    return { email, delivery };
  }),
});

export const addEmail = defineAction({
  accept: 'form',
  input: z.object({ token: z.string().max(200) }),
  handler: inWords(async ({ token }, { locals }) => ({
    email: await addAddress(locals.portal.ctx, me(locals).developerId, token),
  })),
});

export const deleteAccount = defineAction({
  accept: 'form',
  input: z.object({
    word: z
      .string({ error: 'Write the word delete.' })
      .refine(
        (word) => word.trim().toLowerCase() === 'delete',
        'Write the word delete, then press the button.',
      ),
  }),
  handler: inWords(async (_, { locals, request }) => {
    const { portal, setCookies } = locals;
    const owner = me(locals);
    const cookies = request.headers.get('cookie');
    const sessions = owner === locals.staff ? portal.staff : portal.visitors;
    await deleteDeveloper(portal, owner.developerId);
    setCookies.push(...(await sessions.end(cookies)));
  }),
});

function me(locals: App.Locals): SessionOwner {
  const owner = ownerOf(locals);
  if (!owner) throw new Error('the policy lets callers in who have no session');
  return owner;
}
