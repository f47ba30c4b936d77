import { z } from 'zod';
import { proofOfWork } from '../agents/proof-schema.ts';
import { cameFrom } from '../developers/channel.ts';

/**
 * The door a credential was minted for. Where a call came from is decided by which credential made it, never by
 * the User-Agent: a call with `sandbox` or `try_it` was made in the portal, everything else outside it.
 */
export const credentialOrigin = z.enum(['sandbox', 'try_it', 'own_machine', 'agent', 'ci']);
export type CredentialOrigin = z.infer<typeof credentialOrigin>;

export const credentialEnvironment = z.enum(['test', 'live']);
export type CredentialEnvironment = z.infer<typeof credentialEnvironment>;

export const issueCredentialRequest = z.strictObject({
  origin: credentialOrigin.default('own_machine'),
  /** How long the page had been open when the key was asked for, in milliseconds; gives `first_visit_at`. */
  page_age_ms: z.number().min(0).max(86_400_000).optional(),
  /** How the reader of the page came to it; one word of it is kept. */
  came_from: cameFrom.optional(),
  /** A key for a place that is trusted less: it ends after this many seconds, used or not. */
  expires_in_s: z.int().min(60).max(86_400).optional(),
  /** Only after an answer 429 with the code proof_of_work_required. */
  pow: proofOfWork.optional(),
});
export type IssueCredentialRequest = z.input<typeof issueCredentialRequest>;

/** What may be shown of a credential; the secret is never part of it. Times are ISO 8601 in UTC. */
export const credentialView = z.object({
  id: z.string(),
  environment: credentialEnvironment,
  origin: credentialOrigin,
  /** Enough to recognise the key by: its prefix and last four characters. */
  hint: z.string(),
  expires_at: z.iso.datetime().nullable(),
});
export type CredentialView = z.infer<typeof credentialView>;

/** The one answer that carries the secret. */
export const issuedCredential = z.object({
  credential: credentialView,
  secret: z.string(),
  developer_id: z.string(),
});
/** The answer of `POST /api/credentials`. */
export const credentialAnswer = issuedCredential.extend({
  /**
   * Where a person takes over what a program has begun: hand it to them. Once, for 72 hours. Null when it was a
   * page that asked, whose browser has a session instead.
   */
  claim_url: z.url().nullable(),
});
export type IssuedCredential = z.infer<typeof issuedCredential>;
