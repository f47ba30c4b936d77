import { isUtf8 } from 'node:buffer';
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { intake } from '../../features/intake/intake.ts';
import { type ReportFormat, readOptions, readReport } from '../../features/intake/read-report.ts';
import { usageAnswer, usageReport } from '../../features/intake/usage-report.ts';
import type { App, AppParts, Env } from '../app-parts.ts';
import { problems } from '../contract.ts';
import { ROOT_KEY, requireRootKey } from '../root-key.ts';

const contract = createRoute({
  method: 'post',
  path: '/api/usage',
  summary: 'Report calls to your API',
  description:
    'With a root key from the admin page. Each event gets a result of its own, in order: bad ones are named by their index, and the good ones among them are stored. An answer of 2xx means that the accepted events are on disk and count once. As NDJSON, one event a line, what goes for all of them stands in the query: `?backfill=true`.',
  security: [{ [ROOT_KEY]: [] }],
  request: {
    body: {
      required: true,
      description: 'May be packed with gzip: `Content-Encoding: gzip`.',
      content: {
        'application/json': { schema: usageReport },
        'application/x-ndjson': { schema: { type: 'string' as const } },
      },
    },
  },
  responses: {
    200: {
      description: 'What became of each event.',
      content: { 'application/json': { schema: usageAnswer } },
    },
    202: {
      description:
        'The same while the database is away: the events are safe in a file, and are counted when it is back.',
      content: { 'application/json': { schema: usageAnswer } },
    },
    ...problems(400, 401, 408, 413, 415, 422, 429, 503),
  },
});

const FORMATS: Record<string, ReportFormat> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
};

export function addUsageRoutes(app: App, { portal, bodies }: AppParts): void {
  app.openAPIRegistry.registerPath(contract);
  // Not by the contract: it would make a web stream of the body and look at all events before the first is taken.
  app.post(contract.path, async (c) => {
    const source = await requireRootKey(c, portal);
    const format = formatOf(c);
    const body = await bodies.read(incomingOf(c), source);
    if (!isUtf8(body)) throw notUtf8();
    const report = readReport(body, format);
    const answer = await intake(portal, { ...report, ...optionsOf(c), source });
    return c.json(answer, answer.waiting ? 202 : 200);
  });
}

function formatOf(c: Context<Env>): ReportFormat {
  const [type = ''] = (c.req.header('content-type') ?? 'application/json').split(';');
  const format = FORMATS[type.trim().toLowerCase()];
  if (format) return format;
  throw new AppError(
    415,
    'unsupported_media_type',
    'The events have to be JSON or lines of JSON: send "Content-Type: application/json" or "application/x-ndjson".',
  );
}

/** What the query says goes before what the body says. */
function optionsOf(c: Context<Env>): Partial<ReturnType<typeof readOptions>> {
  const { backfill, sent_at } = c.req.query();
  if (backfill === undefined && sent_at === undefined) return {};
  const { backfill: old, sent_at: sentAt } = readOptions({
    ...(backfill !== undefined && { backfill: { true: true, false: false }[backfill] ?? backfill }),
    ...(sent_at !== undefined && { sent_at: /^\d+$/.test(sent_at) ? Number(sent_at) : sent_at }),
  });
  return {
    ...(backfill !== undefined && { backfill: old }),
    ...(sentAt !== undefined && { sent_at: sentAt }),
  };
}

/** Node's own request: its body is read without a web stream around it. */
export function incomingOf(c: Context<Env>) {
  const { incoming } = c.env;
  if (!incoming) throw new Error(`${c.req.path} was asked for without a server.`);
  return incoming;
}

function notUtf8(): AppError {
  return new AppError(400, 'invalid_json', 'The body is not UTF-8. Nothing of it was taken.');
}
