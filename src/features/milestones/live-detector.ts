import { DAY_MS } from '../../day.ts';
import type { LiveRule } from './definition-schema.ts';

/** The live calls of one UTC day that count. */
export interface LiveDay {
  /** Whole days since 1970. */
  day: number;
  successes: number;
  errors: number;
  firstSuccessAt: number | null;
  lastSuccessAt: number | null;
}

/** One of those calls. `at` in milliseconds. */
export interface LiveCall {
  at: number;
  outcome: 'success' | 'error' | 'throttled' | 'other';
}

/** What the days of a window come to. */
export interface LiveWindow {
  successes: number;
  /** Different days with a success. */
  days: number;
  errors: number;
  /** The first success; null where there is none. */
  since: number | null;
}

/** A time during which the integration was live, with the window that reached it as evidence. */
export interface LiveSpell<C extends LiveCall = LiveCall> extends LiveWindow {
  /** The call that reached it, at `reachedAt`. */
  reachedBy: C;
  reachedAt: number;
  since: number;
  /** A while after the last success; null while it lasts. */
  lapsedAt: number | null;
}

/** The window that ends with `day`, over days in any order. O(days). */
export function windowEnding(rule: LiveRule, days: Iterable<LiveDay>, day: number): LiveWindow {
  const window: LiveWindow = { successes: 0, days: 0, errors: 0, since: null };
  for (const counted of days) {
    if (counted.day > day || counted.day <= day - rule.window_days) continue;
    window.successes += counted.successes;
    window.errors += counted.errors;
    if (counted.successes > 0) window.days += 1;
    if (counted.firstSuccessAt !== null)
      window.since = Math.min(window.since ?? counted.firstSuccessAt, counted.firstSuccessAt);
  }
  return window;
}

export function satisfies(rule: LiveRule, { successes, days, errors }: LiveWindow): boolean {
  return (
    successes >= rule.successes && days >= rule.days && isShareBelow(rule.error_share, errors, successes)
  );
}

function isShareBelow(limit: number, errors: number, successes: number): boolean {
  return errors < limit * (errors + successes);
}

/**
 * Whether some call of this day may have been the one: as if all of its successes had come before its errors. False
 * spares looking at the calls.
 */
export function mayReach(rule: LiveRule, days: readonly LiveDay[], day: number): boolean {
  const window = windowEnding(rule, days, day);
  const errorsOfDay = days.find((counted) => counted.day === day)?.errors ?? 0;
  return satisfies(rule, { ...window, errors: window.errors - errorsOfDay });
}

export interface SpellQuestion<C extends LiveCall> {
  rule: LiveRule;
  /** In order, and all that can matter: from a window before `from` on. */
  days: readonly LiveDay[];
  /** The counted calls of a day, in order. Asked only where one of them may have been the one. */
  callsOf(day: number): Promise<readonly C[]>;
  now: number;
  /** The first day on which a spell may begin; those before are known to hold none. */
  from?: number;
}

/**
 * The spells of an integration, oldest first: a function of the set of calls, so that neither order nor repetition
 * changes it. A spell begins with the first call for which the window that ends with it satisfies the rule, and lapses
 * a while after its last success.
 */
export async function findSpells<C extends LiveCall>({
  rule,
  days,
  callsOf,
  now,
  from,
}: SpellQuestion<C>): Promise<LiveSpell<C>[]> {
  const lapseMs = rule.lapse_days * DAY_MS;
  const spells: LiveSpell<C>[] = [];
  let current: LiveSpell<C> | null = null;
  let lastSuccessAt: number | null = null;
  const lapseBefore = (at: number) => {
    if (!current || lastSuccessAt === null || at - lastSuccessAt < lapseMs) return;
    current.lapsedAt = lastSuccessAt + lapseMs;
    current = null;
  };
  for (const counted of days) {
    if (counted.firstSuccessAt !== null) lapseBefore(counted.firstSuccessAt);
    if (!current && counted.day >= (from ?? counted.day) && mayReach(rule, days, counted.day)) {
      current = findReaching(rule, days, counted.day, await callsOf(counted.day));
      if (current) spells.push(current);
    }
    lastSuccessAt = counted.lastSuccessAt ?? lastSuccessAt;
  }
  lapseBefore(now);
  return spells;
}

/** The first call of the day for which the window that ends with it satisfies the rule. */
function findReaching<C extends LiveCall>(
  rule: LiveRule,
  days: readonly LiveDay[],
  day: number,
  calls: readonly C[],
): LiveSpell<C> | null {
  const before = windowEnding({ ...rule, window_days: rule.window_days - 1 }, days, day - 1);
  const daysBefore = before.days;
  let firstOfDay: number | null = null;
  for (const call of calls) {
    const { at, outcome } = call;
    if (outcome === 'success') {
      before.successes += 1;
      firstOfDay ??= at;
      before.days = daysBefore + 1;
    } else if (outcome === 'error') {
      before.errors += 1;
    }
    const since = before.since ?? firstOfDay;
    if (since !== null && satisfies(rule, before)) {
      return { ...before, since, reachedBy: call, reachedAt: at, lapsedAt: null };
    }
  }
  return null;
}
