import type { Context } from '../../context.ts';
import { sayDuration } from '../../duration.ts';
import { latestExpiry } from '../credentials/credential-store.ts';
import { findDeveloper } from '../developers/developer-store.ts';
import { listMilestones, type MilestoneRow } from './milestone-store.ts';
import { fillWords, type OnboardingPath, type StepFacts, type StepWords } from './path-schema.ts';
import type { MilestoneName, PathStep, Progress, StepId } from './progress-schema.ts';

/** Which milestone ticks a step. A step that is not here cannot be ticked yet. */
const TICKED_BY: Partial<Record<StepId, MilestoneName>> = {
  first_call: 'first_api_call',
  own_machine: 'first_own_machine_call',
};

/** Where a developer stands, from what was observed. Null when there is no such developer. */
export async function getProgress(
  ctx: Context,
  path: OnboardingPath,
  developerId: string,
): Promise<Progress | null> {
  const developer = await findDeveloper(ctx.db, developerId);
  if (!developer) return null;
  const milestones = await listMilestones(ctx.db, developerId);
  const keysExpireAt = await latestExpiry(ctx.db, developerId, ctx.now());
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
      toStep(words, milestones, { keysExpireAt, claimedAt: developer.claimed_at }),
    ),
    keys_expire_at: iso(keysExpireAt),
  };
}

function nextOnPath(path: OnboardingPath, goal: string | null): Progress['next'] {
  return path.goals.find(({ id }) => id === goal)?.next ?? path.next_when_skipped;
}

function toStep(
  words: StepWords,
  milestones: MilestoneRow[],
  { keysExpireAt, claimedAt }: { keysExpireAt: number | null; claimedAt: number | null },
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
  };
  const todo = keysExpireAt === null ? words.todo : (words.todo_with_key ?? words.todo);
  const reachedAt = words.id === 'keep_it' ? claimedAt : (reached?.reached_at ?? null);
  return {
    id: words.id,
    title: words.title,
    state: reachedAt === null ? 'todo' : 'done',
    detail: fillWords(reachedAt === null ? todo : words.done, facts),
    reached_at: iso(reachedAt),
  };
}

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
