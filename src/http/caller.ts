import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { AppError } from '../errors.ts';
import type { Browser } from '../features/claims/enter.ts';
import { sayBrowser } from '../features/developers/say-browser.ts';
import type { SessionOwner } from '../features/developers/sessions.ts';
import { getProgress } from '../features/milestones/progress.ts';
import type { Progress } from '../features/milestones/progress-schema.ts';
import type { Portal } from '../portal.ts';
import type { App, Env } from './app-parts.ts';
import { type Access, actingAs, type Callers, denialError, deny, ROUTES } from './policy.ts';

const ACCESS = new Map<string, Access>(Object.entries(ROUTES));

/** Lets through whom the policy names for the route, and remembers who it is. */
export function requireAccess(portal: Portal): MiddlewareHandler<Env> {
  return async (c, next) => {
    const route = matchedRoutes(c).find(({ method, path }) => ACCESS.has(`${method} ${path}`));
    const access = route && ACCESS.get(`${route.method} ${route.path}`);
    if (access && !access.allow.includes('nobody')) {
      const denial = deny(access, await callersOf(c, portal), portal.ctx.now());
      if (denial) throw denialError(denial, access);
    }
    await next();
  };
}

/** Throws for a route that nobody decided about, and for a decision about a route that is not there. */
export function checkPolicy(app: App): void {
  const routes = new Set(
    app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
  );
  const undecided = [...routes].filter((route) => !ACCESS.has(route));
  const gone = [...ACCESS.keys()].filter((route) => !routes.has(route));
  if (undecided.length > 0)
    throw new Error(`src/http/policy.ts says nobody may use: ${undecided.join(', ')}`);
  if (gone.length > 0) throw new Error(`src/http/policy.ts names what does not exist: ${gone.join(', ')}`);
}

/** Who is asking, on any route. A session that was extended is told to the browser. */
export async function callersOf(c: Context<Env>, portal: Portal): Promise<Callers> {
  if (c.var.callers) return c.var.callers;
  const cookies = c.req.header('cookie');
  const callers = { visitor: await portal.visitors.read(cookies), staff: await portal.staff.read(cookies) };
  c.set('callers', callers);
  for (const owner of [callers.visitor, callers.staff]) {
    for (const cookie of owner?.setCookies ?? []) c.header('Set-Cookie', cookie, { append: true });
  }
  return callers;
}

/** The developer of the browser, on a route that asks for one. */
export function visitorOf(c: Context<Env>): SessionOwner {
  const visitor = c.var.callers?.visitor;
  if (!visitor) throw new Error(`the policy of ${c.req.path} lets callers in who are no developers`);
  return visitor;
}

/** Who acts, on a route whose policy asks for somebody. */
export function actorOf(c: Context<Env>, route: keyof typeof ROUTES): SessionOwner {
  const actor = c.var.callers && actingAs(ROUTES[route], c.var.callers);
  if (!actor) throw new Error(`the policy of ${route} lets in callers who have no session`);
  return actor;
}

/** The session of an anonymous developer who has just begun. */
export async function beginVisit(c: Context<Env>, portal: Portal, developerId: string): Promise<void> {
  const { client } = browserOf(c);
  for (const cookie of await portal.visitors.begin(developerId, { signedIn: false, client })) {
    c.header('Set-Cookie', cookie, { append: true });
  }
}

/** The browser that a request comes from. */
export function browserOf(c: Context<Env>): Browser {
  return { cookies: c.req.header('cookie'), client: sayBrowser(c.req.header('user-agent')) };
}

/** Where a developer stands. Throws AppError 401 for one who is gone while a session or a key still names them. */
export async function requireProgress(portal: Portal, developerId: string): Promise<Progress> {
  const found = await getProgress(portal, developerId);
  if (!found) {
    throw new AppError(401, 'no_session', 'This developer no longer exists. Run the sample to begin anew.');
  }
  return found;
}
