import { z } from 'zod';

const share = z.number().gt(0, 'must be above 0').max(1, 'must be at most 1');
const count = z.int().min(1, 'must be at least 1').max(1_000_000);
const days = z.int().min(1, 'must be at least 1').max(366, 'must be at most 366');

const liveRule = z
  .strictObject({
    window_days: days,
    successes: count,
    days,
    error_share: share,
    lapse_days: days,
  })
  .refine((live) => live.days <= live.window_days, {
    path: ['days'],
    error: 'must not be more than window_days',
  })
  // Otherwise the calls of a spell that ended could begin the next one.
  .refine((live) => live.lapse_days >= live.window_days, {
    path: ['lapse_days'],
    error: 'must not be less than window_days',
  });
export type LiveRule = z.infer<typeof liveRule>;

/** `content/onboarding/milestones.yaml`: what counts, by which every milestone and every day is judged. */
export const definitionBody = z.strictObject({
  not_value: z.array(z.string().min(1)),
  excluded_calls: z.strictObject({
    origins: z.array(z.string().min(1)),
    clients: z.array(z.string().min(1)),
  }),
  excluded_developers: z.strictObject({
    email_domains: z.array(
      z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain in lower case, such as example.com'),
    ),
  }),
  live: liveRule,
});
export type DefinitionBody = z.infer<typeof definitionBody>;

/**
 * Checks what the YAML file holds. Throws an Error whose message names the file, the field and the problem, so that
 * whoever edited it can mend it.
 */
export function parseDefinition(yaml: unknown): DefinitionBody {
  const parsed = definitionBody.safeParse(yaml);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `content/onboarding/milestones.yaml: ${issue?.path.join('.') || 'the file'}: ${issue?.message}.`,
  );
}
