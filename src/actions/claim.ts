import { ActionError, defineAction } from 'astro:actions';
import { z } from 'zod';
import { claimByLink } from '../features/claims/claim-link.ts';
import { inWords } from './in-words.ts';

/** What a program began becomes the person's who confirms it; the keys they do not name stop working. */
export const takeOver = defineAction({
  accept: 'form',
  input: z.object({ token: z.string().max(200), keep: z.array(z.string().max(100)).max(100) }),
  handler: inWords(async ({ token, keep }, { locals }) => {
    const { portal, visitor } = locals;
    if (!visitor) throw new Error('the policy of takeOver lets callers in who are no developers');
    const claim = { token, into: visitor.developerId, keep: new Set(keep) };
    if (await claimByLink(portal, claim)) return { kept: keep.length };
    throw new ActionError({
      code: 'GONE',
      message: 'Somebody was faster, or the link ended while this page was open. Nothing was changed.',
    });
  }),
});
