import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { setGoal } from '../developers/developer-store.ts';
import { recordOnboardingEvent } from './onboarding-event-store.ts';
import type { OnboardingPath } from './path-schema.ts';

export interface GoalAnswer {
  /** Null skips the question. */
  goal: string | null;
  /** Null where nothing was said. */
  occupation: string | null;
}

/** Stores the answer to the one question. Throws AppError 422 for what is not offered. */
export async function answerGoal(
  ctx: Context,
  path: OnboardingPath,
  developerId: string,
  { goal, occupation }: GoalAnswer,
): Promise<void> {
  if (goal !== null && !path.goals.some(({ id }) => id === goal)) {
    const offered = path.goals.map(({ id }) => id).join(', ');
    throw new AppError(
      422,
      'invalid_request',
      `There is no goal with this id. Send one of ${offered}, or null to skip.`,
    );
  }
  if (occupation !== null && !path.occupations?.choices.some(({ id }) => id === occupation)) {
    throw new AppError(422, 'invalid_request', 'There is no occupation with this id. Leave it out.');
  }
  const now = ctx.now();
  await ctx.db.transaction().execute(async (tx) => {
    await setGoal(tx, developerId, { goal, occupation }, now);
    await recordOnboardingEvent(tx, {
      developerId,
      name: goal === null ? 'goal_skipped' : 'goal_answered',
      receivedAt: now,
      props: goal === null ? {} : { goal },
    });
  });
}
