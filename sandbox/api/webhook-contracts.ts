import { createRoute, z } from '@hono/zod-openapi';
import { json, rateHeaders, refusals, security } from './contracts.ts';

const NOT_SENT =
  'In the test environment nothing is sent to the address: deliveries are kept, signed as they would be sent, and read from the list.';

const address = z
  .string({
    error: (issue) =>
      issue.input === undefined
        ? 'The field url is missing. Add the address that deliveries are for.'
        : 'The field url is not a string. Send an address such as https://example.com/hooks in quotes.',
  })
  .max(2_048, 'The field url is longer than 2048 characters. Use a shorter address.')
  .refine(
    isWebAddress,
    'The field url is not an address that begins with https:// or http://. Send one such as https://example.com/hooks.',
  )
  .openapi({ format: 'uri', example: 'https://example.com/hooks', description: NOT_SENT });

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

export const newWebhookEndpoint = z.strictObject({ url: address }).openapi('NewWebhookEndpoint');

const endpointFields = {
  id: z
    .string()
    .regex(/^we_[0-9a-f]{24}$/)
    .openapi({ example: 'we_2f6c0d1e9a7b4c5d8e3f0a1b' }),
  url: z.string(),
  events: z.array(z.literal('message.accepted')),
  created_at: z.iso.datetime(),
};
const webhookEndpoint = z.object(endpointFields).openapi('WebhookEndpoint');
export type WebhookEndpoint = z.infer<typeof webhookEndpoint>;

const createdWebhookEndpoint = z
  .object({
    ...endpointFields,
    secret: z.string().openapi({
      example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      description: 'What deliveries are signed with. It is in this answer and nowhere else.',
    }),
  })
  .openapi('CreatedWebhookEndpoint');

export const webhookDelivery = z
  .object({
    id: z.string().openapi({ description: 'The same in every attempt to deliver the same event.' }),
    type: z.literal('message.accepted'),
    created_at: z.iso.datetime(),
    status: z.literal('kept').openapi({ description: NOT_SENT }),
    headers: z
      .object({
        'content-type': z.string(),
        'webhook-id': z.string(),
        'webhook-timestamp': z.string().openapi({ description: 'Seconds since 1970.' }),
        'webhook-signature': z.string().openapi({
          description:
            'v1, then the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, keyed with the bytes after whsec_ (Standard Webhooks 1.0).',
        }),
      })
      .openapi({ description: 'As they would stand in the request.' }),
    body: z.string().openapi({
      description: 'The body word for word: verify the signature over this text before reading it as JSON.',
    }),
  })
  .openapi('WebhookDelivery');
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

const params = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'we_2f6c0d1e9a7b4c5d8e3f0a1b' }),
});
const tags = ['Webhooks'];

export const createWebhookEndpoint = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints',
  operationId: 'createWebhookEndpoint',
  tags,
  summary: 'Register an address for deliveries',
  description: `${NOT_SENT} The newest 10 addresses are kept.`,
  security,
  request: { body: { required: true, content: json(newWebhookEndpoint) } },
  responses: {
    201: { description: 'Registered.', headers: rateHeaders, content: json(createdWebhookEndpoint) },
    ...refusals(
      'invalid_json',
      'body_too_large',
      'unsupported_media_type',
      'url_missing',
      'url_invalid',
      'unknown_field',
      'invalid_request',
    ),
  },
});

export const listWebhookEndpoints = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints',
  operationId: 'listWebhookEndpoints',
  tags,
  summary: 'List addresses, newest first',
  security,
  responses: {
    200: {
      description: 'All of them.',
      headers: rateHeaders,
      content: json(z.object({ data: z.array(webhookEndpoint) }).openapi('WebhookEndpoints')),
    },
    ...refusals(),
  },
});

export const deleteWebhookEndpoint = createRoute({
  method: 'delete',
  path: '/v1/webhook-endpoints/{id}',
  operationId: 'deleteWebhookEndpoint',
  tags,
  summary: 'Remove an address and its deliveries',
  security,
  request: { params },
  responses: { 204: { description: 'Removed.', headers: rateHeaders }, ...refusals('endpoint_not_found') },
});

export const listWebhookDeliveries = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{id}/deliveries',
  operationId: 'listWebhookDeliveries',
  tags,
  summary: 'List the deliveries of an address, newest first',
  description: `${NOT_SENT} The newest 50 are kept.`,
  security,
  request: {
    params,
    query: z.strictObject({
      limit: z.coerce
        .number({ error: 'The parameter limit is not a number. Send a whole number from 1 to 50.' })
        .int('The parameter limit is not a whole number. Send one from 1 to 50.')
        .min(1, 'The parameter limit is below 1. Send a whole number from 1 to 50.')
        .max(50, 'The parameter limit is above 50. Send a whole number from 1 to 50.')
        .default(20),
    }),
  },
  responses: {
    200: {
      description: 'The newest deliveries.',
      headers: rateHeaders,
      content: json(z.object({ data: z.array(webhookDelivery) }).openapi('WebhookDeliveries')),
    },
    ...refusals('endpoint_not_found', 'limit_invalid', 'unknown_parameter', 'invalid_request'),
  },
});
