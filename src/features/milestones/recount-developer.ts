import type { Db } from '../../context.ts';
import { dayOf } from '../../day.ts';
import { readCalls } from './call-store.ts';
import type { Definition } from './definition.ts';
import { addCall, type DeveloperDelta, emptyDelta } from './fold-calls.ts';
import { judgeLive } from './judge-live.ts';
import type { CallMilestone } from './milestone-rules.ts';
import { listMilestones, type MilestoneRow, reachedWith, replaceMilestones } from './milestone-store.ts';
import { addToDays, deleteDaysFrom, lockState, sumDays, updateState } from './state-store.ts';

const NAMES: CallMilestone[] = ['first_attempt', 'first_api_call', 'first_own_machine_call'];

/**
 * Counts a developer anew from all of their calls that are kept: after the definition changed, or when two developers
 * became one. What rests on calls that are no longer kept stays. Nothing is recorded of them meanwhile. O(calls).
 */
export async function recountDeveloper(
  tx: Db,
  definition: Definition,
  { developerId, now }: { developerId: string; now: number },
): Promise<void> {
  const before = await lockState(tx, developerId);
  const delta = emptyDelta();
  let firstKeptAt = Number.POSITIVE_INFINITY;
  for await (const calls of readCalls(tx, developerId)) {
    firstKeptAt = Math.min(firstKeptAt, calls[0]?.receivedAt ?? firstKeptAt);
    for (const call of calls) addCall(delta, call, definition.judge(call));
  }
  await recountDays(tx, developerId, delta, firstKeptAt);
  const old = (await listMilestones(tx, developerId)).filter((row) => row.reached_at < firstKeptAt);
  const rows = NAMES.flatMap((name) => earliestOf(name, delta, old));
  await replaceMilestones(tx, developerId, NAMES, rows);

  const at = (name: CallMilestone) => rows.find((row) => row.name === name)?.reached_at ?? null;
  const sums = await sumDays(tx, developerId);
  await updateState(tx, developerId, {
    definition: definition.version,
    ...sums,
    first_attempt_at: at('first_attempt'),
    first_call_at: at('first_api_call'),
    first_own_call_at: at('first_own_machine_call'),
    last_call_at: delta.calls > 0 ? delta.lastCallAt : before.last_call_at,
    last_success_at: delta.calls > 0 ? delta.lastSuccessAt : before.last_success_at,
    last_error_at: delta.calls > 0 ? delta.lastErrorAt : before.last_error_at,
  });
  await judgeLive(tx, definition, { developerId, now });
}

/** Days of which no call is kept stand as they are. Calls are removed by whole days. */
async function recountDays(
  tx: Db,
  developerId: string,
  { days }: DeveloperDelta,
  firstKeptAt: number,
): Promise<void> {
  if (days.length === 0) return;
  const from = dayOf(firstKeptAt);
  await deleteDaysFrom(tx, developerId, from);
  await addToDays(tx, [[developerId, days]]);
}

function earliestOf(
  name: CallMilestone,
  delta: DeveloperDelta,
  old: readonly MilestoneRow[],
): MilestoneRow[] {
  const kept = old.find((row) => row.name === name);
  if (kept) return [kept];
  const call = delta.earliest.get(name);
  return call ? [reachedWith(name, call)] : [];
}
