import { createRoute } from '@hono/zod-openapi';
import { AppError } from '../../errors.ts';
import { languageWish } from '../../features/languages/language-wish-schema.ts';
import { wantLanguage } from '../../features/languages/want-language.ts';
import { addressKey } from '../../rate-limit.ts';
import type { App, AppParts } from '../app-parts.ts';
import { callersOf } from '../caller.ts';
import { json, problems } from '../contract.ts';

const contract = createRoute({
  method: 'post',
  path: '/api/language-wishes',
  summary: 'Ask for a language that the samples lack',
  description: 'Needs no authentication and begins no developer. It is counted.',
  request: { body: json(languageWish) },
  responses: { 204: { description: 'Counted.' }, ...problems(400, 403, 415, 422, 429, 503) },
});

/** More than a person means, and too little to make a language look wanted. */
const WISHES_PER_DAY = 5;
const DAY_SECONDS = 86_400;

export function addLanguageRoutes(app: App, { portal }: AppParts): void {
  const wishes = portal.limits.limit('wishes by address', {
    quota: WISHES_PER_DAY,
    windowSeconds: DAY_SECONDS,
    personal: true,
  });

  app.openapi(contract, async (c) => {
    if (!wishes.take(addressKey(c.env.clientAddress), portal.ctx.now()).allowed) throw enough();
    const { visitor } = await callersOf(c, portal);
    await wantLanguage(portal.ctx, c.req.valid('json').language, visitor?.developerId ?? null);
    return c.body(null, 204);
  });
}

function enough(): AppError {
  return new AppError(
    429,
    'rate_limited',
    'This network has asked for several languages today, and they are counted. Nothing more is needed.',
    { 'Retry-After': String(DAY_SECONDS) },
  );
}
