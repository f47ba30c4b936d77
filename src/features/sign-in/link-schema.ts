import { z } from 'zod';

export const linkAnswer = z.object({
  /** As the portal spells it. */
  email: z.string(),
  /** Whether the mail left, was kept because there is no mail server, waits for the server, or is not taken by it. */
  delivery: z.enum(['sent', 'kept', 'waiting', 'refused']),
});
export type LinkAnswer = z.infer<typeof linkAnswer>;
