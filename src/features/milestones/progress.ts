import type { Context } from '../../context.ts';
import { sayDuration } from '../../duration.ts';
import { latestExpiry } from '../credentials/credential-store.ts';
import { findDeveloper } from '../developers/developer-store.ts';
import type { Definition } from './definition.ts';
import { getLive } from './live-progress.ts';
import { sayMissing } from './live-words.ts';
import { listMilestones, type MilestoneRow } from './milestone-store.ts';
import { fillWords, type OnboardingPath, type StepFacts, type StepWords } from './path-schema.ts';
import type { LiveProgress, MilestoneName, PathStep, Progress, StepId } from './progress-schema.ts';

/** Which milestone ticks a step. A step that is not here cannot be ticked yet. */
const TICKED_BY: Partial<Record<StepId, MilestoneName>> = {
  first_call: 'first_api_call',
  own_machine: 'first_own_machine_call',
  go_live: 'integration_live',
};

/** What a developer's progress is made from, besides what was observed. */
export interface ProgressRules {
  ctx: Context;
  path: OnboardingPath;
  definition: Definition;
}

/** Where a developer stands, from what was observed. Null when there is no such developer. */
export async function getProgress(
  { ctx, path, definition }: ProgressRules,
  developerId: string,
): Promise<Progress | null> {
  const developer = await findDeveloper(ctx.db, developerId);
  if (!developer) return null;
  const milestones = await listMilestones(ctx.db, developerId);
  const keysExpireAt = await latestExpiry(ctx.db, developerId, ctx.now());
  const live = await getLive(ctx, definition, developerId);
  const called = milestones.some((milestone) => milestone.name === 'first_api_call');
  const answered = developer.goal_answered_at !== null;
  return {
    developer_id: developer.id,
    t0: iso(developer.t0),
    first_visit_at: iso(developer.first_visit_at),
    claimed_at: iso(developer.claimed_at),
    milestones: milestones.map((milestone) => ({
      name: milestone.name as MilestoneName,
      reached_at: new Date(milestone.reached_at).toISOString(),
      method: milestone.method,
      route: milestone.route,
      status: milestone.status,
      duration_ms: milestone.duration_ms,
      since_t0_ms: Math.max(0, milestone.reached_at - (developer.t0 ?? milestone.reached_at)),
    })),
    goal: developer.goal,
    asks_goal: called && !answered,
    next: answered ? nextOnPath(path, developer.goal) : null,
    steps: path.steps.map((words) =>
      toStep(words, milestones, { keysExpireAt, claimedAt: developer.claimed_at, live }),
    ),
    live,
    keys_expire_at: iso(keysExpireAt),
  };
}

function nextOnPath(path: OnboardingPath, goal: string | null): Progress['next'] {
  return path.goals.find(({ id }) => id === goal)?.next ?? path.next_when_skipped;
}

interface Standing {
  keysExpireAt: number | null;
  claimedAt: number | null;
  live: LiveProgress;
}

function toStep(
  words: StepWords,
  milestones: MilestoneRow[],
  { keysExpireAt, claimedAt, live }: Standing,
): PathStep {
  const reached = milestones.find((milestone) => milestone.name === TICKED_BY[words.id]);
  const facts: StepFacts = {
    ...(reached && {
      method: reached.method,
      route: reached.route,
      status: reached.status,
      duration: sayDuration(reached.duration_ms),
    }),
    ...(keysExpireAt !== null && { keys_expire: EXPIRY.format(keysExpireAt) }),
    ...liveFacts(live),
  };
  const todo = keysExpireAt === null ? words.todo : (words.todo_with_key ?? words.todo);
  const done = live.state === 'lapsed' ? (words.lapsed ?? words.done) : words.done;
  const reachedAt = words.id === 'keep_it' ? claimedAt : (reached?.reached_at ?? null);
  return {
    id: words.id,
    title: words.title,
    state: reachedAt === null ? 'todo' : 'done',
    detail: fillWords(reachedAt === null ? todo : done, facts),
    reached_at: iso(reachedAt),
  };
}

function liveFacts({ conditions, live_since, lapsed_at }: LiveProgress): StepFacts {
  const missing = sayMissing(conditions);
  return {
    ...(missing !== null && { live_missing: missing }),
    ...(live_since !== null && { live_since: DAY.format(new Date(live_since)) }),
    ...(lapsed_at !== null && { lapsed_at: DAY.format(new Date(lapsed_at)) }),
  };
}

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const EXPIRY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
});

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
