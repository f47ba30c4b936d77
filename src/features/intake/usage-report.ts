import { z } from 'zod';

/** The most that one request may report. */
export const MOST_EVENTS = 10_000;

const time = z.union([z.iso.datetime({ offset: true, local: false }), z.int().min(0).max(8.64e15)]);
/** What a database and a log can hold: no control characters, no halves of a character. */
const path = z
  .string()
  .min(1)
  .max(8_192)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters that no path has');

/** One call, as the program that served it reports it. Fields it does not name are ignored. */
export const reportedEvent = z
  .object({
    id: z
      .string()
      .regex(/^[\w.:~/+=@-]{1,128}$/, 'must be 1 to 128 letters, digits or . : ~ / + = @ _ -')
      .describe('Yours to choose, unique among your events for 30 days. The same id again is counted once.'),
    key_id: z
      .string()
      .regex(/^cred_[\w-]{1,80}$/, 'must be the id of a key, such as cred_…, and not the key')
      .describe('As `POST /api/keys/verify` and the header `X-Credential-Id` say it.'),
    timestamp: time.describe('When the call came: ISO 8601 with a zone, or milliseconds since 1970.'),
    sent_at: time.optional().describe('By the same clock, when this was sent. Corrects a clock that is off.'),
    method: z.string().regex(/^[A-Z][A-Z-]{0,19}$/, 'must be a method such as GET'),
    route: path.optional().describe('Such as `/v1/messages/{id}`. Either this or `path`.'),
    path: path.optional().describe('What looks like an identifier is replaced, and the query dropped.'),
    status: z.int().min(100).max(599),
    ok: z.boolean().nullish().describe('Where the status does not tell, such as a 200 with `{"ok":false}`.'),
    duration_ms: z.number().min(0).max(1e9).nullish(),
    error_code: z
      .string()
      .regex(/^[\w.:-]{1,80}$/, 'must be 1 to 80 letters, digits or . : _ -')
      .nullish(),
    request_id: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 characters without spaces')
      .nullish(),
    user_agent: z.string().max(2_000).nullish().describe('Only the sort of program is kept.'),
    synthetic: z.boolean().nullish().describe('A monitor made the call; it counts for nobody.'),
  })
  .refine((event) => event.route !== undefined || event.path !== undefined, {
    path: ['route'],
    message: 'is missing, and so is path',
  });
export type ReportedEvent = z.output<typeof reportedEvent>;

/** What goes for all events of a request. */
export const batchOptions = z.object({
  sent_at: time.optional(),
  backfill: z.boolean().default(false),
});
export type BatchOptions = z.output<typeof batchOptions>;

export const usageReport = batchOptions.extend({
  sent_at: time.optional().describe('For all events that do not say it themselves.'),
  backfill: z
    .boolean()
    .default(false)
    .describe('True for old server logs: their clock is a server’s, and is believed.'),
  events: z.array(reportedEvent).max(MOST_EVENTS),
});

export const eventResult = z.object({
  index: z.int(),
  id: z.string().nullable().describe('Null where none could be read.'),
  status: z.enum(['accepted', 'duplicate', 'rejected']),
  code: z.enum(['invalid_json', 'invalid_event', 'unknown_key', 'id_reused', 'too_old']).optional(),
  message: z.string().optional(),
});
export type EventResult = z.infer<typeof eventResult>;

/** One result for each event, in their order. */
export const usageAnswer = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.int(),
  waiting: z
    .boolean()
    .describe(
      'True with the status 202: the database is away, and the accepted events are safe in a file until it is back. Repeats and unknown keys among them are found out then.',
    ),
  results: z.array(eventResult),
});
export type UsageAnswer = z.infer<typeof usageAnswer>;
