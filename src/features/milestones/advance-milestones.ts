import type { Db } from '../../context.ts';
import { dayOf } from '../../day.ts';
import { latelyUsed } from '../../lately-used.ts';
import type { Definition } from './definition.ts';
import { type DayDelta, type DeveloperDelta, type FoldableCall, foldCalls } from './fold-calls.ts';
import { judgeLive, LIVE, toLiveDay } from './judge-live.ts';
import { mayReach } from './live-detector.ts';
import type { CallMilestone } from './milestone-rules.ts';
import { reachedWith, reachMilestones } from './milestone-store.ts';
import {
  addToDays,
  addToStates,
  EVERYTHING,
  type FoldedState,
  listDays,
  updateState,
} from './state-store.ts';

export interface MilestoneFold {
  /**
   * Folds a batch of calls, each of which is new, into what is known of their developers, within the transaction that
   * stores them. Returns the developers of whom a milestone changed. One row per developer and day, however many calls.
   */
  advance(tx: Db, now: number, calls: readonly FoldableCall[]): Promise<Set<string>>;
}

const FIRST_COLUMN = {
  first_attempt: 'first_attempt_at',
  first_api_call: 'first_call_at',
  first_own_machine_call: 'first_own_call_at',
} as const satisfies Record<CallMilestone, keyof FoldedState>;

export function createMilestoneFold(definition: Definition): MilestoneFold {
  const looks = createLooks();
  return {
    async advance(tx, now, calls) {
      const deltas = [...foldCalls(definition.judge, calls)].sort(([a], [b]) => (a < b ? -1 : 1));
      const states = await addToStates(tx, definition.version, deltas);
      // After the states, whose rows whoever counts a developer anew keeps locked.
      await addToDays(
        tx,
        deltas.map(([developerId, { days }]) => [developerId, days]),
      );
      const byId = new Map(deltas);
      const changed = await reachFirsts(tx, byId, states);
      for (const state of states) {
        const delta = byId.get(state.developer_id);
        if (delta && (await advanceLive(tx, { definition, looks, now, state, delta })))
          changed.add(state.developer_id);
      }
      return changed;
    },
  };
}

/** Only a call that is no later than what is known can change a milestone, and nearly every call is. */
async function reachFirsts(
  tx: Db,
  deltas: ReadonlyMap<string, DeveloperDelta>,
  states: readonly FoldedState[],
): Promise<Set<string>> {
  const reached = states.flatMap((state) =>
    [...(deltas.get(state.developer_id)?.earliest ?? [])].flatMap(([name, call]) =>
      state[FIRST_COLUMN[name]] === call.receivedAt ? [reachedWith(name, call)] : [],
    ),
  );
  const changed = await reachMilestones(tx, reached);
  return new Set(changed.map((row) => row.developer_id));
}

interface LiveStep {
  definition: Definition;
  looks: Looks;
  now: number;
  state: FoldedState;
  delta: DeveloperDelta;
}

/** Whether the integration is live is looked at where these calls may have changed it. True when it was. */
async function advanceLive(tx: Db, step: LiveStep): Promise<boolean> {
  const days = step.delta.days.filter((day) => day.environment === LIVE && day.firstAt !== null);
  if (days.length === 0) return false;
  const { definition, now, state, delta } = step;
  const firstAt = Math.min(...days.map((day) => day.firstAt ?? Number.POSITIVE_INFINITY));
  const known = state.live_lapsed_at ?? state.live_reached_at;
  const isLive = state.live_reached_at !== null && state.live_lapsed_at === null;
  // A late call may change when it began, and one after the time at which it may have lapsed, whether it has.
  const isLate = known !== null && firstAt <= known;
  const mayHaveLapsed = isLive && state.check_at !== null && (delta.lastCallAt ?? 0) >= state.check_at;
  if (isLate || mayHaveLapsed || state.check_at === EVERYTHING) {
    await judgeLive(tx, definition, { developerId: state.developer_id, now });
    return true;
  }
  return isLive ? false : lookForSpell(tx, step, days);
}

async function lookForSpell(tx: Db, step: LiveStep, added: readonly DayDelta[]): Promise<boolean> {
  const { definition, looks, now, state } = step;
  const rule = definition.body.live;
  const from = Math.min(...added.map(({ day }) => day));
  const to = Math.max(...added.map(({ day }) => day)) + rule.window_days - 1;
  const rows = await listDays(tx, state.developer_id, LIVE, from - rule.window_days + 1);
  const days = rows.map(toLiveDay);
  const candidates = rows.filter(({ day }) => day >= from && day <= to && mayReach(rule, days, day));
  if (candidates.length === 0) return false;
  const calls = candidates.reduce((sum, day) => sum + day.calls, 0);
  // Late calls are few, and nobody would look again at their days.
  const isLate = from < dayOf(now) - 1;
  if (!isLate && !looks.isWorth(state.developer_id, from, calls)) {
    if (state.check_at === null) {
      await updateState(tx, state.developer_id, { check_at: now + LOOK_AGAIN_MS });
    }
    return false;
  }
  // What was left for later is looked at with it.
  const since = state.check_at === null ? from : Math.min(from, dayOf(now) - 1);
  await judgeLive(tx, definition, { developerId: state.developer_id, now, from: since });
  return true;
}

interface Looks {
  isWorth(developerId: string, day: number, calls: number): boolean;
}

const REMEMBERED = 10_000;
/** A day's calls are read again when there are this many times as many as at the last look. */
const GROWTH = 1.05;
/** Who is left out meanwhile is looked at after this long, whether more calls come or not. */
const LOOK_AGAIN_MS = 60_000;

/**
 * An integration at the brink, with an error share around the limit, would have its whole day read for every batch.
 * With looks that grow apart a day is read a fixed number of times, however many calls it has.
 */
function createLooks(): Looks {
  const seen = latelyUsed<number>(REMEMBERED);
  return {
    isWorth(developerId, day, calls) {
      const key = `${developerId} ${day}`;
      const last = seen.get(key);
      if (last !== undefined && calls > last && calls < last * GROWTH) return false;
      seen.set(key, calls);
      return true;
    },
  };
}
