import { defineMiddleware } from 'astro:middleware';
import type { Portal } from './portal.ts';

/** Prerendered pages know nobody; pages rendered on demand learn which of the company's people is asking. */
export const onRequest = defineMiddleware(async (context, next) => {
  if (context.isPrerendered) return next();
  const { locals, request } = context;
  if (import.meta.env.DEV) locals.portal = await portalInDev();
  locals.staff = await locals.portal.staff.read(request.headers.get('cookie'));
  const response = await next();
  response.headers.set('Cache-Control', 'no-store');
  for (const cookie of locals.staff?.setCookies ?? []) response.headers.append('Set-Cookie', cookie);
  return response;
});

/** In production the server hands its portal over; in development src/http/dev-portal.ts leaves it here. */
async function portalInDev(): Promise<Portal> {
  const shared = globalThis as typeof globalThis & { firstcallInDev?: Promise<{ portal: Portal }> };
  if (!shared.firstcallInDev) throw new Error('The portal has not been started by the dev server.');
  return (await shared.firstcallInDev).portal;
}
