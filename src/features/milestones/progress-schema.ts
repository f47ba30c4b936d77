import { z } from 'zod';

export const milestoneName = z.enum([
  'first_attempt',
  'first_api_call',
  'first_own_machine_call',
  'integration_live',
]);
export type MilestoneName = z.infer<typeof milestoneName>;

/** A milestone the server observed, with the call that reached it. Times are ISO 8601 in UTC, durations milliseconds. */
export const reachedMilestone = z.object({
  name: milestoneName,
  reached_at: z.iso.datetime(),
  method: z.string(),
  route: z.string(),
  status: z.int(),
  duration_ms: z.number(),
  /** From t0 (the first act of intent) to `reached_at`. */
  since_t0_ms: z.number(),
});
export type ReachedMilestone = z.infer<typeof reachedMilestone>;

export const stepId = z.enum(['first_call', 'own_machine', 'keep_it', 'go_live']);
export type StepId = z.infer<typeof stepId>;

/** One line of *Your path*: a milestone with words. */
export const pathStep = z.object({
  id: stepId,
  title: z.string(),
  state: z.enum(['todo', 'done']),
  /** What will tick the step, or, once it is done, what ticked it. */
  detail: z.string(),
  reached_at: z.iso.datetime().nullable(),
});
export type PathStep = z.infer<typeof pathStep>;

export const goalOption = z.object({ id: z.string(), label: z.string() });
export type GoalOption = z.infer<typeof goalOption>;

/** One condition of being live. `have` and `need` are counts, or shares of 1 for the share of errors. */
export const liveCondition = z.object({
  id: z.enum(['successes', 'days', 'error_share']),
  met: z.boolean(),
  /** Null while there is nothing to take a share of. */
  have: z.number().nullable(),
  need: z.number(),
  /** What there is, and what is still missing. */
  sentence: z.string(),
});
export type LiveCondition = z.infer<typeof liveCondition>;

/** Whether the integration is live, and why. Of the latest spell; the conditions of a window of days in UTC. */
export const liveProgress = z.object({
  state: z.enum(['not_yet', 'live', 'lapsed']),
  reached_at: z.iso.datetime().nullable(),
  /** The first success of the window that reached it. */
  live_since: z.iso.datetime().nullable(),
  lapsed_at: z.iso.datetime().nullable(),
  /** When it lapses if no success follows. */
  lapses_at: z.iso.datetime().nullable(),
  /** How many times it has become live. */
  spells: z.int(),
  /** The days that the conditions speak of: those that reached it, or the last ones where it is not live. */
  window: z.object({ from: z.iso.date(), to: z.iso.date() }),
  conditions: z.array(liveCondition),
  /** By which definition. */
  definition: z.object({ version: z.int(), since: z.iso.datetime() }),
});
export type LiveProgress = z.infer<typeof liveProgress>;

/** Where a developer stands: the answer of `GET /api/progress` and the data of the stream's `progress` event. */
export const progress = z.object({
  developer_id: z.string(),
  t0: z.iso.datetime().nullable(),
  first_visit_at: z.iso.datetime().nullable(),
  /** When the developer showed who they are; null while everything depends on this browser's cookie. */
  claimed_at: z.iso.datetime().nullable(),
  milestones: z.array(reachedMilestone),
  goal: z.string().nullable(),
  /** True until the question after the first 200 was answered or skipped. */
  asks_goal: z.boolean(),
  /** The page to read next on the chosen path. */
  next: z.object({ title: z.string(), href: z.string() }).nullable(),
  steps: z.array(pathStep),
  live: liveProgress,
  /** When the last of the developer's keys stops working. */
  keys_expire_at: z.iso.datetime().nullable(),
});
export type Progress = z.infer<typeof progress>;

/** The data of the stream's `call` event: one request that the gateway saw and that is certainly the developer's. */
export const observedCall = z.object({
  id: z.string(),
  received_at: z.iso.datetime(),
  method: z.string(),
  route: z.string(),
  status: z.int(),
  duration_ms: z.number(),
  error_code: z.string().nullable(),
  /** What the API calls the request; `X-Request-Id` where the gateway saw it. */
  request_id: z.string(),
  environment: z.string(),
  origin: z.string(),
  /** What the cause of a failure is beyond its code, such as `quotes`. */
  clue: z.string().nullable(),
  /** The sort of program that called. */
  client: z.enum(['curl', 'python', 'javascript', 'monitor', 'other']),
});
export type ObservedCall = z.infer<typeof observedCall>;
