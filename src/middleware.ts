import { ActionError, getActionContext } from 'astro:actions';
import { defineMiddleware, sequence } from 'astro:middleware';
import { ACTIONS, type Access, denialError, deny, NO_ACCESS, PAGES } from './http/policy.ts';
import { foreignRequest } from './http/same-origin.ts';
import type { Portal } from './portal.ts';

const PAGE_ACCESS = new Map<string, Access>(Object.entries(PAGES));
const ACTION_ACCESS = new Map<string, Access>(Object.entries(ACTIONS));

/** Prerendered pages know nobody; pages rendered on demand learn who is asking. */
const knowTheCaller = defineMiddleware(async (context, next) => {
  if (context.isPrerendered) return next();
  const { locals, request } = context;
  if (import.meta.env.DEV) {
    locals.portal = await portalInDev();
    locals.clientAddress = context.clientAddress;
  }
  const cookies = request.headers.get('cookie');
  locals.staff = await locals.portal.staff.read(cookies);
  locals.visitor = await locals.portal.visitors.read(cookies);
  locals.denial = null;
  locals.setCookies = [...(locals.staff?.setCookies ?? []), ...(locals.visitor?.setCookies ?? [])];
  locals.headers = {};
  const response = await next();
  response.headers.set('Cache-Control', 'no-store');
  response.headers.set('Referrer-Policy', 'same-origin');
  for (const [name, value] of Object.entries(locals.headers)) response.headers.set(name, value);
  for (const cookie of locals.setCookies) response.headers.append('Set-Cookie', cookie);
  return response;
});

/** Nothing is changed on behalf of another site's page, whatever the content type. */
const keepForeignersOut = defineMiddleware(async ({ isPrerendered, locals, request }, next) => {
  const refusal = isPrerendered
    ? null
    : foreignRequest(locals.portal.ctx.config, request.method, request.headers);
  return refusal ? new Response(refusal.message, { status: refusal.status }) : next();
});

/** Pages and what their forms do are open to whom the policy names, and to nobody else. */
const checkAccess = defineMiddleware(async (context, next) => {
  if (context.isPrerendered || context.routePattern === NO_ACCESS) return next();
  const { locals } = context;
  const { action, serializeActionResult, setActionResult } = getActionContext(context);
  if (action && !ACTION_ACCESS.has(action.name))
    return new Response('There is no such form.', { status: 404 });
  // A form shows its page again, so whoever may use the form has to be allowed on the page as well.
  const page = action?.calledFrom === 'rpc' ? [] : [PAGE_ACCESS.get(context.routePattern)];
  const form = action ? [ACTION_ACCESS.get(action.name)] : [];
  const now = locals.portal.ctx.now();
  for (const access of [...page, ...form]) {
    if (!access) throw new Error(`src/http/policy.ts does not say who may see ${context.routePattern}`);
    locals.denial ??= deny(access, locals, now);
  }
  if (!locals.denial) return next();
  if (!action) return next(NO_ACCESS);
  const refusal = denialError(locals.denial, ACTION_ACCESS.get(action.name) ?? { allow: [] });
  const error = new ActionError({ code: ActionError.statusToCode(refusal.status), message: refusal.message });
  const result = serializeActionResult({ data: undefined, error });
  if (action.calledFrom === 'rpc') {
    return new Response(result.type === 'error' ? result.body : null, {
      status: refusal.status,
      headers: { 'Content-Type': 'application/json' },
    });
  }
  // A form that has a result is not carried out; showing another page in place of its own would not keep it from that.
  setActionResult(action.name, result);
  return next(NO_ACCESS);
});

export const onRequest = sequence(knowTheCaller, keepForeignersOut, checkAccess);

/** In production the server hands its portal over; in development src/http/dev-portal.ts leaves it here. */
async function portalInDev(): Promise<Portal> {
  const shared = globalThis as typeof globalThis & { firstcallInDev?: Promise<{ portal: Portal }> };
  if (!shared.firstcallInDev) throw new Error('The portal has not been started by the dev server.');
  return (await shared.firstcallInDev).portal;
}
