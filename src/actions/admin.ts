import { defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import { changeRole as changeRoleOf } from '../features/developers/people.ts';
import { role } from '../features/developers/roles.ts';
import { inWords } from './in-words.ts';

export const changeRole = defineAction({
  accept: 'form',
  input: z.object({ developer_id: z.string().max(64), role }),
  handler: inWords(async ({ developer_id, role }, { locals }) => {
    const { portal, staff } = locals;
    if (!staff) throw new Error('the policy lets callers change roles who are none of ours');
    await changeRoleOf(portal.ctx, { actorId: staff.developerId, developerId: developer_id, role });
    return { developerId: developer_id, role };
  }),
});
