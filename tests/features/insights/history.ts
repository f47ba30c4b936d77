import type { Kysely } from 'kysely';
import type { Schema } from '../../../src/db/schema.ts';
import { HOUR } from '../../support/portal.ts';

/** What one developer did, in hours; negative t0 is before the clock of the test. */
export interface History {
  id: string;
  t0: number | null;
  excluded?: string;
  /** Hours from t0. */
  firstCall?: number;
  ownMachine?: number;
  live?: number;
  visitedBefore?: number;
}

/** Writes developers and their milestones straight into the tables, as the rest of the portal would have. */
export async function writeHistory(
  db: Kysely<Schema>,
  now: number,
  histories: readonly History[],
): Promise<void> {
  for (const { id, t0, excluded, firstCall, ownMachine, live, visitedBefore } of histories) {
    const anchor = t0 === null ? null : now + t0 * HOUR;
    await db
      .insertInto('developer')
      .values({
        id,
        created_at: anchor ?? now,
        t0: anchor,
        first_visit_at: anchor !== null && visitedBefore !== undefined ? anchor - visitedBefore * HOUR : null,
        goal: null,
        goal_answered_at: null,
        role: excluded === 'staff' ? 'admin' : 'developer',
        excluded: excluded ?? null,
      })
      .execute();
    for (const [name, hours] of [
      ['first_attempt', firstCall],
      ['first_api_call', firstCall],
      ['first_own_machine_call', ownMachine],
      ['integration_live', live],
    ] as const) {
      if (hours === undefined || anchor === null) continue;
      const call = {
        event_id: `evt_${id}`,
        method: 'POST',
        route: '/v1/messages',
        status: 201,
        duration_ms: 12,
      };
      const reached_at = Math.round(anchor + hours * HOUR);
      await db
        .insertInto('milestone')
        .values({ developer_id: id, name, reached_at, occurred_at: reached_at, ...call })
        .execute();
    }
  }
}
