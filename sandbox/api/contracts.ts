import { createRoute, z } from '@hono/zod-openapi';
import { PROBLEMS, type ProblemCode } from './problem.ts';
import { idempotencyHeader, listQuery, me, message, messagePage, newMessage, problem } from './schemas.ts';

export type { Message, NewMessage } from './schemas.ts';

export const rateHeaders = z.object({
  'RateLimit-Policy': z
    .string()
    .openapi({ example: '"messages";q=120;w=60', description: 'Quota and window in seconds.' }),
  RateLimit: z.string().openapi({
    example: '"messages";r=119;t=60',
    description: 'What remains, and seconds until it is full again.',
  }),
  'X-Request-Id': z.string(),
});

/** The refusals a route can answer with, grouped by status as OpenAPI wants them. */
export function refusals(...codes: ProblemCode[]) {
  const all: ProblemCode[] = [...codes, 'caller_missing', 'rate_limited', 'internal'];
  const byStatus = Map.groupBy(all, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      { description: group.join(', '), content: { 'application/problem+json': { schema: problem } } },
    ]),
  );
}

export const json = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } });
export const security = [{ apiKey: [] }];

export const getMe = createRoute({
  method: 'get',
  path: '/v1/me',
  operationId: 'getMe',
  tags: ['Account'],
  summary: 'Who is calling',
  security,
  responses: {
    200: { description: 'The caller.', headers: rateHeaders, content: json(me) },
    ...refusals(),
  },
});

export const createMessage = createRoute({
  method: 'post',
  path: '/v1/messages',
  operationId: 'createMessage',
  tags: ['Messages'],
  summary: 'Send a message',
  security,
  request: { headers: idempotencyHeader, body: { required: true, content: json(newMessage) } },
  responses: {
    201: {
      description: 'The message was accepted.',
      headers: rateHeaders.extend({
        Location: z.string().openapi({ example: '/v1/messages/msg_5f0c9a1e7b3d4c2a8e6f1b90' }),
        'Idempotency-Replayed': z
          .literal('true')
          .optional()
          .openapi({ description: 'This answer was given before.' }),
      }),
      content: json(message),
    },
    ...refusals(
      'invalid_json',
      'idempotency_key_invalid',
      'idempotency_key_in_use',
      'body_too_large',
      'unsupported_media_type',
      'recipient_missing',
      'recipient_invalid',
      'message_body_missing',
      'message_body_invalid',
      'unknown_field',
      'invalid_request',
      'idempotency_key_reused',
    ),
  },
});

export const listMessages = createRoute({
  method: 'get',
  path: '/v1/messages',
  operationId: 'listMessages',
  tags: ['Messages'],
  summary: 'List messages, newest first',
  security,
  request: { query: listQuery },
  responses: {
    200: { description: 'One page.', headers: rateHeaders, content: json(messagePage) },
    ...refusals('limit_invalid', 'cursor_invalid', 'unknown_parameter', 'invalid_request'),
  },
});

export const getMessage = createRoute({
  method: 'get',
  path: '/v1/messages/{id}',
  operationId: 'getMessage',
  tags: ['Messages'],
  summary: 'Read one message',
  security,
  request: {
    params: z.object({
      id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'msg_5f0c9a1e7b3d4c2a8e6f1b90' }),
    }),
  },
  responses: {
    200: { description: 'The message.', headers: rateHeaders, content: json(message) },
    ...refusals('message_not_found'),
  },
});

export const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Relay',
    version: '1.0.0',
    description:
      'Send short messages by e-mail or SMS. Test keys deliver to a visible inbox and to nobody else.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [{ name: 'Messages' }, { name: 'Webhooks' }, { name: 'Account' }],
};
