import { z } from 'zod';

/** What a program sends to show that it has worked. */
export const proofOfWork = z.strictObject({
  challenge: z.string().max(300),
  /** Such that SHA-256 of `challenge:nonce` begins with as many zero bits as the challenge asks for. */
  nonce: z.int().min(0),
});
export type ProofOfWork = z.infer<typeof proofOfWork>;

export const challenge = z.object({
  alg: z.literal('SHA-256'),
  /** How many zero bits the digest of `challenge:nonce` has to begin with. */
  bits: z.int(),
  challenge: z.string(),
  expires_at: z.iso.datetime(),
});
export type Challenge = z.infer<typeof challenge>;
