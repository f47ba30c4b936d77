import type { LiveRule } from '../../../src/features/milestones/definition-schema.ts';
import type { PendingCall } from '../../../src/features/usage/usage-event.ts';

// What the definitions say, written down a second time and as plainly as they are: no days, no deltas, every call
// looked at for every call. What the portal counts in batches has to come to the same.

const DAY = 86_400_000;

export interface NaiveState {
  calls: number;
  firsts: Record<string, string>;
  lastSuccessAt: number | null;
  lastErrorAt: number | null;
  spells: { reachedAt: number; since: number; lapsedAt: number | null }[];
}

export interface NaiveCall extends PendingCall {
  environment: string;
  origin: string;
}

/** `calls` holds each call once, in any order. */
export function countNaively(rule: LiveRule, calls: readonly NaiveCall[], now: number): NaiveState {
  const inOrder = calls.toSorted(
    (a, b) => a.receivedAt - b.receivedAt || a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1),
  );
  const counted = inOrder.filter((call) => call.origin !== 'ci' && call.client !== 'monitor');
  const first = (matches: (call: NaiveCall) => boolean) => counted.find(matches)?.id;
  const firsts = Object.entries({
    first_attempt: first(() => true),
    first_api_call: first(isSuccess),
    first_own_machine_call: first((call) => isSuccess(call) && call.origin !== 'sandbox'),
  }).flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const]));
  return {
    calls: calls.length,
    firsts: Object.fromEntries(firsts),
    lastSuccessAt: counted.findLast(isSuccess)?.receivedAt ?? null,
    lastErrorAt: counted.findLast(isError)?.receivedAt ?? null,
    spells: spellsOf(
      rule,
      counted.filter((call) => call.environment === 'live' && call.origin !== 'sandbox'),
      now,
    ),
  };
}

function spellsOf(rule: LiveRule, live: readonly NaiveCall[], now: number): NaiveState['spells'] {
  const spells: NaiveState['spells'] = [];
  const lapse = rule.lapse_days * DAY;
  for (const [at, call] of live.entries()) {
    const spell = spells.at(-1);
    const last = live.slice(0, at).findLast(isSuccess)?.receivedAt;
    if (spell && spell.lapsedAt === null && isSuccess(call) && call.receivedAt - (last ?? 0) >= lapse)
      spell.lapsedAt = (last ?? 0) + lapse;
    if (spells.at(-1)?.lapsedAt === null) continue;
    const today = Math.floor(call.receivedAt / DAY);
    const window = live
      .slice(0, at + 1)
      .filter(({ receivedAt }) => Math.floor(receivedAt / DAY) > today - rule.window_days);
    const successes = window.filter(isSuccess);
    const errors = window.filter(isError).length;
    const days = new Set(successes.map(({ receivedAt }) => Math.floor(receivedAt / DAY))).size;
    const share = errors / (errors + successes.length);
    const [since] = successes;
    if (since && successes.length >= rule.successes && days >= rule.days && share < rule.error_share)
      spells.push({ reachedAt: call.receivedAt, since: since.receivedAt, lapsedAt: null });
  }
  const last = live.findLast(isSuccess)?.receivedAt;
  const open = spells.at(-1);
  if (open && open.lapsedAt === null && last !== undefined && now - last >= lapse)
    open.lapsedAt = last + lapse;
  return spells;
}

const isSuccess = ({ status, ok, route }: NaiveCall) =>
  status >= 200 && status < 300 && ok !== false && route !== '/v1/me';
const isError = ({ status, ok }: NaiveCall) =>
  (status >= 400 && status !== 429) || (status >= 200 && status < 300 && ok === false);
