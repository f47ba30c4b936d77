import { defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import { changeExclusion, exclusionReason } from '../features/developers/exclusions.ts';
import { inWords } from './in-words.ts';

const developerId = z.string().max(100);

export const excludeDeveloper = defineAction({
  accept: 'form',
  input: z.object({ developer_id: developerId, reason: exclusionReason }),
  handler: inWords(async ({ developer_id, reason }, { locals }) => {
    await changeExclusion(locals.portal.ctx, {
      developerId: developer_id,
      reason,
      actorId: actorOf(locals),
    });
    return { excluded: true };
  }),
});

export const includeDeveloper = defineAction({
  accept: 'form',
  input: z.object({ developer_id: developerId }),
  handler: inWords(async ({ developer_id }, { locals }) => {
    await changeExclusion(locals.portal.ctx, {
      developerId: developer_id,
      reason: null,
      actorId: actorOf(locals),
    });
    return { excluded: false };
  }),
});

function actorOf({ staff }: App.Locals): string {
  if (!staff) throw new Error('the policy lets callers in who are none of the company’s people');
  return staff.developerId;
}
