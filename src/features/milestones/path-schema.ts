import { z } from 'zod';
import { stepId } from './progress-schema.ts';

const stepWords = z.strictObject({
  id: stepId,
  title: z.string().min(1),
  /** What will tick the step, for a reader without a key. */
  todo: z.string().min(1),
  /** The same once the reader has a key; may say `{keys_expire}` and `{live_missing}`. Without it, `todo` stays. */
  todo_with_key: z.string().min(1).optional(),
  /** What ticked it; may say `{method}`, `{route}`, `{status}`, `{duration}` and `{live_since}`. */
  done: z.string().min(1),
  /** The same once a live integration has gone quiet; may say `{lapsed_at}`. Without it, `done` stays. */
  lapsed: z.string().min(1).optional(),
});
export type StepWords = z.infer<typeof stepWords>;

const pathGoal = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _'),
  label: z.string().min(1),
  /** The page to read next; a path of this portal. */
  next: z.strictObject({
    title: z.string().min(1),
    href: z.string().startsWith('/', 'must be a path that begins with /'),
  }),
});

const occupations = z.strictObject({
  question: z.string().min(1),
  choices: z
    .array(pathGoal.pick({ id: true, label: true }))
    .min(2)
    .max(12),
});

/** `content/onboarding/goals.yaml`: the words of *Your path* and the question after the first 200. */
export const onboardingPath = z.strictObject({
  question: z.string().min(1),
  /** What choosing changes for the reader; shown under the question. */
  reason: z.string().min(1),
  goals: z.array(pathGoal).min(2).max(6),
  /** What a developer may say they do, along with the goal; without it that is not asked. */
  occupations: occupations.optional(),
  /** Where a reader goes who skips the question. */
  next_when_skipped: pathGoal.shape.next,
  steps: z.array(stepWords).refine((steps) => steps.map((step) => step.id).join() === stepId.options.join(), {
    error: `must be exactly ${stepId.options.join(', ')}, in this order`,
  }),
});
export type OnboardingPath = z.infer<typeof onboardingPath>;

/**
 * Checks what the YAML file holds. Throws an Error whose message names the file, the field and the problem, so
 * that a writer can mend it.
 */
export function parsePath(yaml: unknown): OnboardingPath {
  const parsed = onboardingPath.safeParse(yaml);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    `content/onboarding/goals.yaml: ${issue?.path.join('.') || 'the file'}: ${issue?.message}.`,
  );
}

/** What a step's words may mention: the call that ticked it, and until when the reader's keys work. */
export interface StepFacts {
  method?: string;
  route?: string;
  status?: number;
  /** As people say it, such as `0.9 s`. */
  duration?: string;
  /** As people say it, such as `24 November 2026, 15:30 UTC`. */
  keys_expire?: string;
  /** What is missing of an integration that is live; part of a sentence. */
  live_missing?: string;
  /** As people say it, such as `3 November 2026`. */
  live_since?: string;
  lapsed_at?: string;
}

/** Puts facts into words: `{route}` becomes the route. A placeholder without a fact stays as it is written. */
export function fillWords(words: string, facts: StepFacts): string {
  return words.replace(/\{(\w+)\}/g, (written, name: keyof StepFacts) => String(facts[name] ?? written));
}
