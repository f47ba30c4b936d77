import { createRoute } from '@hono/zod-openapi';
import { readSample, readSdk, sampleNames } from '../../../sandbox/read-sample.ts';
import { starterFiles, starterName } from '../../../sandbox/starter.ts';
import { AppError } from '../../errors.ts';
import { channelOf } from '../../features/developers/channel.ts';
import { startCodeAnswer, startCodeRequest } from '../../features/starters/start-code-schema.ts';
import { createStartCode, redeemStartCode } from '../../features/starters/start-codes.ts';
import { tarGz } from '../../features/starters/tar-gz.ts';
import type { App, AppParts } from '../app-parts.ts';
import { beginVisit, callersOf } from '../caller.ts';
import { json, problems } from '../contract.ts';
import { limitKeys } from '../limit-keys.ts';
import { openedOrigin } from '../opened-origin.ts';

const contract = createRoute({
  method: 'post',
  path: '/api/start-codes',
  summary: 'Get a one-time code for a starter',
  description:
    'Needs no authentication. The code works once, for ten minutes, and whoever uses it gets a starter with a test key of this session’s developer in its `.env`.',
  request: { body: json(startCodeRequest, false) },
  responses: {
    201: { description: 'The code, once.', content: { 'application/json': { schema: startCodeAnswer } } },
    ...problems(400, 403, 413, 415, 422, 429, 503),
  },
});

const ARCHIVE = '.tar.gz';

export function addStarterRoutes(app: App, parts: AppParts): void {
  const { portal } = parts;
  const { config } = portal.ctx;

  app.openapi(contract, async (c) => {
    const { page_age_ms, came_from, pow } = startCodeRequest.parse(c.req.valid('json') ?? {});
    const { visitor } = await callersOf(c, portal);
    await limitKeys(parts, { address: c.env.clientAddress, pow, claimed: visitor?.claimed === true });
    const made = await createStartCode(portal.ctx, {
      developerId: visitor?.developerId ?? null,
      pageAgeMs: page_age_ms,
      channel: came_from ? channelOf(came_from, portal.ctx.config.publicUrl) : null,
    });
    if (!visitor) await beginVisit(c, portal, made.developerId);
    const origin = openedOrigin(config.publicUrl, c.req.header('host'));
    return c.json(
      {
        code: made.code,
        expires_at: new Date(made.expiresAt).toISOString(),
        starters: `${origin}/start/${made.code}/`,
      },
      201,
    );
  });

  app.on(['GET', 'HEAD'], '/start/:code/:archive', async (c) => {
    // A program that only looks must not use up the code.
    if (c.req.method === 'HEAD') return c.body(null, 405, { Allow: 'GET' });
    const { code, archive } = c.req.param();
    const found = findStarter(archive);
    const issued = await redeemStartCode(portal.ctx, portal.verifier, code);
    if (!issued) throw codeIsSpent();
    portal.feed.touch(issued.developer_id);
    const settings = {
      api_origin: openedOrigin(config.publicUrl, c.req.header('host')),
      api_key: issued.secret,
    };
    const { sample, language } = found;
    const files = starterFiles(sample, language, settings, readSdk());
    const folder = starterName(sample.name, language.id);
    return c.body(new Uint8Array(tarGz(folder, files, portal.ctx.now())), 200, {
      'Content-Type': 'application/gzip',
      'Content-Disposition': `attachment; filename="${folder}${ARCHIVE}"`,
      'Referrer-Policy': 'no-referrer',
    });
  });
}

/** Read from disk: starters are asked for seldom, and what is shipped is what the folder holds. */
function findStarter(archive: string) {
  for (const sample of sampleNames().map((name) => readSample(name))) {
    for (const language of sample.languages) {
      if (archive === `${starterName(sample.name, language.id)}${ARCHIVE}`) return { sample, language };
    }
  }
  throw new AppError(
    404,
    'not_found',
    'There is no such starter. Copy the whole command from the page again; the code in it is still good.',
  );
}

function codeIsSpent(): AppError {
  return new AppError(
    410,
    'link_expired',
    'This code has been used, or is older than ten minutes. The page that it came from makes a new command with one click.',
  );
}
