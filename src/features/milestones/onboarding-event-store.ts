import { randomUUIDv7 } from 'node:crypto';
import type { Db } from '../../context.ts';

export type OnboardingEventName =
  | 'credential_created'
  | 'sample_run'
  | 'goal_answered'
  | 'goal_skipped'
  | 'language_wanted';

export interface OnboardingEvent {
  developerId: string;
  name: OnboardingEventName;
  receivedAt: number;
  props: Record<string, unknown>;
}

export async function recordOnboardingEvent(db: Db, event: OnboardingEvent): Promise<void> {
  await db
    .insertInto('onboarding_event')
    .values({
      developer_id: event.developerId,
      id: randomUUIDv7(),
      name: event.name,
      received_at: event.receivedAt,
      props: JSON.stringify(event.props),
    })
    .execute();
}
