import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Entry } from '../../features/claims/enter.ts';
import { createdPasskey, usedPasskey } from '../../features/sign-in/passkey-schema.ts';
import {
  addPasskey,
  askForNewPasskey,
  askForPasskey,
  type Begun,
  signInWithPasskey,
  signUpWithPasskey,
} from '../../features/sign-in/passkeys.ts';
import { homeOf } from '../../features/sign-in/return-path.ts';
import type { App, AppParts, Env } from '../app-parts.ts';
import { actorOf, browserOf } from '../caller.ts';
import { json, problems } from '../contract.ts';

const entered = z.object({
  outcome: z
    .enum(['claimed', 'merged', 'created', 'signed_in'])
    .describe('What became of the anonymous developer of this browser, if there was one.'),
  developer_id: z.string(),
  home: z.string().describe('The page to go on with.'),
});

const accepts = <T extends z.ZodType>(path: string, summary: string, schema: T) =>
  createRoute({
    method: 'post',
    path,
    summary,
    request: { body: json(schema) },
    responses: {
      200: { description: 'Signed in.', content: { 'application/json': { schema: entered } } },
      ...problems(400, 403, 404, 415, 422, 429, 503),
    },
  });

const signIn = accepts('/api/passkeys/sign-in', 'Sign in with a passkey', usedPasskey);
const signUp = accepts('/api/passkeys/sign-up', 'Keep this, or begin, with a new passkey', createdPasskey);
const add = createRoute({
  method: 'post',
  path: '/api/passkeys/add',
  summary: 'Add a passkey to the account',
  request: { body: json(createdPasskey) },
  responses: { 204: { description: 'Added.' }, ...problems(400, 401, 403, 409, 415, 422, 503) },
});

/** Each of the three begins with options for the browser and ends with its answer, in the same browser. */
export function addPasskeyRoutes(app: App, parts: AppParts): void {
  const { portal } = parts;
  const { ctx } = portal;

  app.post('/api/passkeys/sign-in/options', async (c) => {
    portal.signInLimits.takeCeremony(c.env.clientAddress, ctx.now());
    return begin(c, await askForPasskey(ctx));
  });
  app.openapi(signIn, async (c) =>
    welcome(c, await signInWithPasskey(portal, c.req.valid('json'), browserOf(c))),
  );

  app.post('/api/passkeys/sign-up/options', async (c) => {
    portal.signInLimits.takeCeremony(c.env.clientAddress, ctx.now());
    return begin(c, await askForNewPasskey(ctx, null));
  });
  app.openapi(signUp, async (c) =>
    welcome(c, await signUpWithPasskey(portal, c.req.valid('json'), browserOf(c))),
  );

  app.post('/api/passkeys/add/options', async (c) => {
    const { developerId } = actorOf(c, 'POST /api/passkeys/add/options');
    return begin(c, await askForNewPasskey(ctx, developerId));
  });
  app.openapi(add, async (c) => {
    const { developerId } = actorOf(c, 'POST /api/passkeys/add');
    await addPasskey(ctx, c.req.valid('json'), { browser: browserOf(c), addTo: developerId });
    return c.body(null, 204);
  });
}

function begin(c: Context<Env>, { options, setCookie }: Begun<object>) {
  c.header('Set-Cookie', setCookie, { append: true });
  return c.json(options);
}

function welcome(c: Context<Env>, { outcome, developerId, role, setCookies }: Entry) {
  for (const cookie of setCookies) c.header('Set-Cookie', cookie, { append: true });
  return c.json({ outcome, developer_id: developerId, home: homeOf({ role }) }, 200);
}
