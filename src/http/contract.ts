import { z } from '@hono/zod-openapi';

/** RFC 9457, as every refusal of the portal looks. */
const problem = z
  .object({
    type: z.url().describe('The heading on the errors page that explains the code.'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().describe('What happened, why, and what to do.'),
    request_id: z.string(),
  })
  .openapi('Problem');

const REASONS: Record<number, string> = {
  400: 'The body is not JSON.',
  401: 'No key or session, or not a valid one.',
  403: 'Sent from a page of another site.',
  404: 'There is no such thing.',
  408: 'The body took too long to arrive.',
  409: 'It is taken already.',
  413: 'The body is too large.',
  415: 'The body is of another type, or packed in a way that is not taken.',
  422: 'A field is missing or wrong.',
  429: 'Too many requests; `Retry-After` says how long to wait.',
  503: 'The database cannot be reached or written; nothing was changed.',
};

export function problems(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: REASONS[status] ?? '', content: { 'application/problem+json': { schema: problem } } },
    ]),
  );
}

export function json<T extends z.ZodType>(schema: T, required = true) {
  return { required, content: { 'application/json': { schema } } };
}
