import { z } from '@hono/zod-openapi';

/** Characters as a person counts them, which is also how JSON Schema counts: an emoji outside the BMP is one. */
const characters = (text: string) => [...text].length;

const recipient = z
  .union([z.email().max(254), z.string().regex(/^\+[1-9]\d{6,14}$/)], {
    error: (issue) =>
      issue.input === undefined
        ? 'The field to is missing. Add an e-mail address or a phone number.'
        : 'The field to is neither an e-mail address (ada@example.com) nor a phone number in E.164 form (+14155550123: a plus sign, the country code, digits only). Correct it.',
  })
  .openapi({
    description: 'An e-mail address, or a phone number in E.164 form.',
    example: 'ada@example.com',
  });

const text = z
  .string({
    error: (issue) =>
      issue.input === undefined
        ? 'The field body is missing. Add the text of the message.'
        : 'The field body is not a string. Send the text of the message in quotes.',
  })
  .refine(
    (value) => characters(value) >= 1,
    'The field body is empty. A message needs at least one character.',
  )
  .refine((value) => characters(value) <= 1600, {
    error: (issue) =>
      `The field body has ${characters(String(issue.input))} characters; 1600 is the most. Shorten it or send several messages.`,
  })
  .openapi({
    minLength: 1,
    maxLength: 1600,
    description: 'The text, 1 to 1600 characters.',
    example: 'Hello, Ada',
  });

export const newMessage = z.strictObject({ to: recipient, body: text }).openapi('NewMessage');
export type NewMessage = z.infer<typeof newMessage>;

export const message = z
  .object({
    id: z
      .string()
      .regex(/^msg_[0-9a-f]{24}$/)
      .openapi({ example: 'msg_5f0c9a1e7b3d4c2a8e6f1b90' }),
    to: z.string().openapi({ example: 'ada@example.com' }),
    body: z.string().openapi({ example: 'Hello, Ada' }),
    channel: z.enum(['email', 'sms']).openapi({ description: 'Follows from the recipient.' }),
    status: z
      .enum(['queued', 'delivered'])
      .openapi({ description: 'A message is delivered one second after it was accepted.' }),
    created_at: z.iso.datetime().openapi({ example: '2026-11-21T09:30:00.000Z' }),
    delivered_at: z.iso.datetime().nullable(),
  })
  .openapi('Message');
export type Message = z.infer<typeof message>;

export const messagePage = z
  .object({
    data: z.array(message).openapi({ description: 'Newest first.' }),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send it as cursor to get the next page; null on the last.' }),
    has_more: z.boolean(),
  })
  .openapi('MessagePage');

export const me = z
  .object({
    id: z.string().openapi({ example: 'dev_8c1f', description: 'Who the gateway says is calling.' }),
    environment: z.enum(['test', 'live']),
    messages_sent: z.int(),
    messages_kept: z.int(),
    limits: z.object({ messages_per_minute: z.int(), reads_per_minute: z.int(), messages_kept: z.int() }),
  })
  .openapi('Me');

export const listQuery = z.strictObject({
  limit: z.coerce
    .number({ error: 'The parameter limit is not a number. Send a whole number from 1 to 100.' })
    .int('The parameter limit is not a whole number. Send one from 1 to 100.')
    .min(1, 'The parameter limit is below 1. Send a whole number from 1 to 100.')
    .max(
      100,
      'The parameter limit is above 100. Send a whole number from 1 to 100 and follow next_cursor for more.',
    )
    .default(20)
    .openapi({ description: 'How many messages a page holds.' }),
  cursor: z
    .string({ error: 'The parameter cursor is given more than once. Send it once.' })
    .optional()
    .openapi({ description: 'The next_cursor of the page before.' }),
});

export const idempotencyHeader = z.object({
  'idempotency-key': z.string().max(257).optional().openapi({
    description:
      'A value of your own, one per message, 1 to 255 visible characters (quotes around it are allowed). Sending the same key and message again within 24 hours gives the first answer again, marked Idempotency-Replayed: true, and sends nothing.',
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  }),
});

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'What happened, why, and how to mend it.' }),
    code: z.string().openapi({ description: 'Stable; branch on this.', example: 'recipient_invalid' }),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .openapi('Problem', { description: 'RFC 9457 problem details.' });
