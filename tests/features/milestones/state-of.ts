import type { Db } from '../../../src/context.ts';
import { listSpells } from '../../../src/features/milestones/live-store.ts';
import { listMilestones } from '../../../src/features/milestones/milestone-store.ts';
import { findState } from '../../../src/features/milestones/state-store.ts';
import type { NaiveState } from './count-naively.ts';

/** What the portal says of a developer, in the words of those who count naively. */
export async function stateOf(db: Db, developerId: string): Promise<NaiveState> {
  const state = await findState(db, developerId);
  const milestones = await listMilestones(db, developerId);
  const spells = await listSpells(db, developerId);
  return {
    calls: state?.calls ?? 0,
    firsts: Object.fromEntries(
      milestones
        .filter(({ name }) => name !== 'integration_live')
        .map(({ name, event_id }) => [name, event_id]),
    ),
    lastSuccessAt: state?.last_success_at ?? null,
    lastErrorAt: state?.last_error_at ?? null,
    spells: spells.map((spell) => ({
      reachedAt: spell.reached_at,
      since: spell.live_since,
      lapsedAt: spell.lapsed_at,
    })),
  };
}
