import { defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import { changeExclusion, exclusionReason } from '../features/developers/exclusions.ts';
import {
  decideProxy as decide,
  followProxy as follow,
  hypothesis,
  proxyCandidate,
  proxyDecision,
} from '../features/insights/proxies.ts';
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

export const followProxy = defineAction({
  accept: 'form',
  input: proxyCandidate.extend({ hypothesis }),
  handler: inWords(async ({ hypothesis: why, ...candidate }, { locals }) => {
    await follow(locals.portal.ctx, { candidate, hypothesis: why, actorId: actorOf(locals) });
    return { followed: true };
  }),
});

export const decideProxy = defineAction({
  accept: 'form',
  input: z.object({ id: z.string().max(100), decision: proxyDecision }),
  handler: inWords(async ({ id, decision }, { locals }) => {
    await decide(locals.portal.ctx, { id, decision, actorId: actorOf(locals) });
    return { decided: decision };
  }),
});

function actorOf({ staff }: App.Locals): string {
  if (!staff) throw new Error('the policy lets callers in who are none of the company’s people');
  return staff.developerId;
}
