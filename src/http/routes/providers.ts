import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { answerFromElsewhere, askElsewhere, type Failure } from '../../features/sign-in/elsewhere.ts';
import type { Provider } from '../../features/sign-in/provider.ts';
import { homeOf, returnPath } from '../../features/sign-in/return-path.ts';
import type { App, AppParts, Env } from '../app-parts.ts';
import { actorOf, browserOf, callersOf } from '../caller.ts';
import { accountOf } from '../policy.ts';

const ACCOUNT = '/account';

/** Signing in elsewhere: the way there, and the way back. Both are addresses that a browser opens. */
export function addProviderRoutes(app: App, parts: AppParts): void {
  const { portal } = parts;

  app.get('/api/sign-in/:provider', async (c) => {
    requireOwnPage(c, ['same-origin', 'none']);
    return sendThere(c, parts, null);
  });

  app.get('/api/account/ways/:provider', async (c) => {
    requireOwnPage(c, ['same-origin']);
    return sendThere(c, parts, actorOf(c, 'GET /api/account/ways/:provider').developerId);
  });

  app.get('/api/sign-in/:provider/callback', async (c) => {
    c.header('Referrer-Policy', 'no-referrer');
    const returned = await answerFromElsewhere(portal, {
      provider: providerOf(c, parts),
      query: new URL(c.req.url).searchParams,
      browser: browserOf(c),
      account: accountOf(await callersOf(c, portal))?.developerId ?? null,
    });
    if (returned.came === 'to_nothing') return explain(c, returned);
    if (returned.came === 'as_another_way') return c.redirect(ACCOUNT, 303);
    for (const cookie of returned.entry.setCookies) c.header('Set-Cookie', cookie, { append: true });
    return c.redirect(returned.next ?? homeOf(returned.entry), 303);
  });
}

async function sendThere(c: Context<Env>, parts: AppParts, addTo: string | null): Promise<Response> {
  const { portal } = parts;
  portal.signInLimits.takeCeremony(c.env.clientAddress, portal.ctx.now());
  const provider = providerOf(c, parts);
  const next = returnPath(c.req.query('next'));
  const again = accountOf(await callersOf(c, portal)) !== null;
  const sent = await askElsewhere(portal.ctx, { provider, next, addTo, again });
  if (!sent) return explain(c, { failure: 'refused', next, adding: addTo !== null });
  c.header('Set-Cookie', sent.setCookie, { append: true });
  return c.redirect(sent.url.href, 303);
}

/** The page that the person came from says in a sentence what happened. */
function explain(
  c: Context<Env>,
  { failure, next, adding }: { failure: Failure; next: string | null; adding: boolean },
): Response {
  const query = new URLSearchParams({ failed: failure, ...(!adding && next !== null && { next }) });
  return c.redirect(`${adding ? ACCOUNT : '/sign-in'}?${query}`, 303);
}

function providerOf(c: Context<Env>, { portal }: AppParts): Provider {
  const provider = portal.providers.get(c.req.param('provider') ?? '');
  if (!provider) throw new AppError(404, 'not_found', 'This portal knows no such way to sign in.');
  return provider;
}

/**
 * Another site may not send somebody to sign in here: they would come back as whom that site has signed them in to
 * at the provider. Browsers say where a click happened; a program says nothing, and has no session either.
 */
function requireOwnPage(c: Context<Env>, allowed: readonly string[]): void {
  const site = c.req.header('sec-fetch-site');
  if (site === undefined ? allowed.includes('none') : allowed.includes(site)) return;
  throw new AppError(403, 'wrong_origin', 'This begins on a page of the portal. Open it, then choose again.');
}
