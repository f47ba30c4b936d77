import { isIP } from 'node:net';
import { z } from 'zod';
import { credentialEnvironment, credentialOrigin } from './credential-schema.ts';

/** In the order in which they are found out. */
export const verificationCode = z.enum([
  'valid',
  'malformed_key',
  'unknown_key',
  'revoked_key',
  'expired_key',
  'wrong_network',
  'insufficient_scope',
  'rate_limited',
]);

export const verifyKeyRequest = z.strictObject({
  key: z.string().max(512).describe('What the caller sent after `Bearer`.'),
  address: z
    .string()
    .max(64)
    .refine((address) => isIP(address) !== 0, 'is no IP address')
    .optional()
    .describe('Where the call comes from. A key that is limited to networks is refused without it.'),
  scopes: z
    .array(z.string().min(1).max(60))
    .max(20)
    .default([])
    .describe('What the call needs; the key has to have all of them.'),
});
export type VerifyKeyRequest = z.output<typeof verifyKeyRequest>;

/** An invalid key is an answer, not an error: it has the status 200 as well. */
export const keyVerification = z.object({
  valid: z.boolean(),
  code: verificationCode,
  key: z
    .object({
      id: z.string(),
      developer_id: z.string(),
      environment: credentialEnvironment,
      origin: credentialOrigin,
      scopes: z.array(z.string()).nullable().describe('Null: everything.'),
      expires_at: z.iso.datetime().nullable(),
    })
    .nullable()
    .describe('Null for a malformed and for an unknown key.'),
  missing_scopes: z.array(z.string()),
  rate_limit: z
    .object({
      limit: z.int().describe('Calls that may come at once.'),
      window_s: z.int().describe('Seconds in which as many are allowed again.'),
      remaining: z.int(),
      reset_s: z
        .int()
        .describe('Seconds to wait: for the next call when refused, for all of them otherwise.'),
    })
    .nullable()
    .describe('Null when the key was refused before its limit was looked at.'),
});
export type KeyVerification = z.infer<typeof keyVerification>;
