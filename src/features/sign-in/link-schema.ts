import { z } from 'zod';

export const linkAnswer = z.object({
  /** As the portal spells it. */
  email: z.string(),
  /** Whether the mail left, waits for the mail server, or is not taken by it. */
  delivery: z.enum(['sent', 'waiting', 'refused']),
});
export type LinkAnswer = z.infer<typeof linkAnswer>;
