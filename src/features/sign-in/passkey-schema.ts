import { z } from 'zod';

/** Authenticators answer in a few hundred bytes; an attestation nobody asked for may have some thousand. */
const MAX_LENGTH = 32_768;

const base64Url = z
  .string()
  .min(1)
  .max(MAX_LENGTH)
  .regex(/^[\w-]+$/, 'must be base64url');
const attachment = z.enum(['platform', 'cross-platform']).exactOptional();

/** What `navigator.credentials.create()` gives, as JSON (WebAuthn level 3, RegistrationResponseJSON). */
export const createdPasskey = z.object({
  id: base64Url,
  rawId: base64Url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64Url,
    attestationObject: base64Url,
    transports: z.array(z.string().max(40)).max(10).exactOptional(),
  }),
  authenticatorAttachment: attachment,
  clientExtensionResults: z.object({}).default({}),
});
export type CreatedPasskey = z.infer<typeof createdPasskey>;

/** What `navigator.credentials.get()` gives, as JSON (AuthenticationResponseJSON). */
export const usedPasskey = z.object({
  id: base64Url,
  rawId: base64Url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64Url,
    authenticatorData: base64Url,
    signature: base64Url,
    userHandle: z.string().max(200).exactOptional(),
  }),
  authenticatorAttachment: attachment,
  clientExtensionResults: z.object({}).default({}),
});
export type UsedPasskey = z.infer<typeof usedPasskey>;
