import { defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import {
  createRootKey as createRootKeyFor,
  revokeRootKey as revokeRootKeyOf,
} from '../features/credentials/root-keys.ts';
import { changeRole as changeRoleOf } from '../features/developers/people.ts';
import { role, STAFF_ROLES } from '../features/developers/roles.ts';
import { emailField } from '../features/sign-in/email-address.ts';
import { invite, withdrawInvitation as withdraw } from '../features/sign-in/invite.ts';
import { inWords } from './in-words.ts';

export const changeRole = defineAction({
  accept: 'form',
  input: z.object({ developer_id: z.string().max(64), role }),
  handler: inWords(async ({ developer_id, role }, { locals }) => {
    const actorId = adminOf(locals);
    await changeRoleOf(locals.portal.ctx, { actorId, developerId: developer_id, role });
    return { developerId: developer_id, role };
  }),
});

export const invitePerson = defineAction({
  accept: 'form',
  input: z.object({ email: emailField, role: z.enum(STAFF_ROLES) }),
  handler: inWords(async ({ email, role }, { locals }) => {
    const delivery = await invite(locals.portal, { actorId: adminOf(locals), email, role });
    return { email, delivery };
  }),
});

export const withdrawInvitation = defineAction({
  accept: 'form',
  input: z.object({ email: emailField }),
  handler: inWords(async ({ email }, { locals }) => ({
    email,
    withdrawn: await withdraw(locals.portal.ctx, email),
  })),
});

/** The answer holds the secret, once. */
export const createRootKey = defineAction({
  accept: 'form',
  input: z.object({ name: z.string().trim().min(1, 'Give it a name.').max(64, 'At most 64 characters.') }),
  handler: inWords(async ({ name }, { locals }) =>
    createRootKeyFor(locals.portal.ctx, { name, actorId: adminOf(locals) }),
  ),
});

export const revokeRootKey = defineAction({
  accept: 'form',
  input: z.object({ id: z.string().max(64) }),
  handler: inWords(async ({ id }, { locals }) => {
    const { ctx, rootKeys } = locals.portal;
    return { revoked: await revokeRootKeyOf(ctx, rootKeys, { id, actorId: adminOf(locals) }) };
  }),
});

function adminOf({ staff }: App.Locals): string {
  if (!staff) throw new Error('the policy lets callers in who are no admins');
  return staff.developerId;
}
