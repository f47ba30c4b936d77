import { defineAction } from 'astro:actions';
import { inWords } from './in-words.ts';

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
