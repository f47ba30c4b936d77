import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { setGoal } from '../developers/developer-store.ts';
import { recordOnboardingEvent } from './onboarding-event-store.ts';
import type { OnboardingPath } from './path-schema.ts';

/** Stores the answer to the one question; null skips it. Throws AppError for a goal that is not offered. */
export async function answerGoal(
  ctx: Context,
  path: OnboardingPath,
  developerId: string,
  goal: string | null,
): Promise<void> {
  if (goal !== null && !path.goals.some(({ id }) => id === goal)) {
    const offered = path.goals.map(({ id }) => id).join(', ');
    throw new AppError(
      422,
      'invalid_request',
      `There is no goal with this id. Send one of ${offered}, or null to skip.`,
    );
  }
  const now = ctx.now();
  await ctx.db.transaction().execute(async (tx) => {
    await setGoal(tx, developerId, goal, now);
    await recordOnboardingEvent(tx, {
      developerId,
      name: goal === null ? 'goal_skipped' : 'goal_answered',
      receivedAt: now,
      props: goal === null ? {} : { goal },
    });
  });
}
