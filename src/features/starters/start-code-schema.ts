import { z } from 'zod';
import { proofOfWork } from '../agents/proof-schema.ts';
import { cameFrom } from '../developers/channel.ts';

export const startCodeRequest = z.strictObject({
  /** How long the page had been open, in milliseconds. */
  page_age_ms: z.number().min(0).max(86_400_000).default(0),
  came_from: cameFrom.optional(),
  /** Only after an answer 429 with the code proof_of_work_required. */
  pow: proofOfWork.optional(),
});

/** The one answer that carries the code. */
export const startCodeAnswer = z.object({
  code: z.string(),
  expires_at: z.iso.datetime(),
  /** Where starters are fetched: append `<sample>-<language>.tar.gz`. The first fetch uses up the code. */
  starters: z.string(),
});
export type StartCodeAnswer = z.infer<typeof startCodeAnswer>;
