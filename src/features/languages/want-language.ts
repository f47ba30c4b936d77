import type { Context } from '../../context.ts';
import { dayOf } from '../../day.ts';
import { recordOnboardingEvent } from '../milestones/onboarding-event-store.ts';
import { addWish } from './language-store.ts';
import type { Wish } from './language-wish-schema.ts';

/** Counts that somebody asked for a language; of a developer also that it was they. A reader does not become one by it. */
export async function wantLanguage(ctx: Context, language: Wish, developerId: string | null): Promise<void> {
  const now = ctx.now();
  await ctx.db.transaction().execute(async (tx) => {
    await addWish(tx, dayOf(now), language);
    if (developerId !== null)
      await recordOnboardingEvent(tx, {
        developerId,
        name: 'language_wanted',
        receivedAt: now,
        props: { language },
      });
  });
}
