import type { Db } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import { listCallsOfDay } from './call-store.ts';
import type { Definition } from './definition.ts';
import type { FoldableCall } from './fold-calls.ts';
import { findSpells, type LiveCall, type LiveDay, type LiveSpell } from './live-detector.ts';
import { type LiveSpellRow, listSpells, replaceSpells } from './live-store.ts';
import { reachedWith, replaceMilestones } from './milestone-store.ts';
import { type CallDayRow, listDays, updateState } from './state-store.ts';

export const LIVE = 'live';

interface CountedCall extends LiveCall {
  call: FoldableCall;
}

/**
 * Finds a developer's spells of being live, from their counted days and, where those leave it open, the calls of a day;
 * and writes down what was found. From the day `from` on; those before it are known to hold no spell that could change.
 */
export async function judgeLive(
  tx: Db,
  definition: Definition,
  { developerId, now, from = 0 }: { developerId: string; now: number; from?: number },
): Promise<void> {
  const rule = definition.body.live;
  const rows = await listDays(tx, developerId, LIVE, from - rule.window_days + 1);
  const days = rows.map(toLiveDay);
  const spells = await findSpells<CountedCall>({
    rule,
    days,
    now,
    from,
    callsOf: async (day) => countedCalls(definition, await listCallsOfDay(tx, developerId, LIVE, day)),
  });
  if (from > 0 && spells.length === 0) {
    await updateState(tx, developerId, { check_at: null });
    return;
  }
  await replaceSpells(
    tx,
    developerId,
    from * DAY_MS,
    spells.map((spell) => toRow(developerId, spell)),
  );
  await noteLive(tx, developerId, { spells: await listSpells(tx, developerId), found: spells, days, rule });
}

interface Findings {
  /** All there are. */
  spells: LiveSpellRow[];
  /** Those that were found now. */
  found: LiveSpell<CountedCall>[];
  days: readonly LiveDay[];
  rule: Definition['body']['live'];
}

async function noteLive(tx: Db, developerId: string, { spells, found, days, rule }: Findings): Promise<void> {
  const [first] = spells;
  const latest = spells.at(-1);
  const lastSuccessAt = days.findLast((day) => day.lastSuccessAt !== null)?.lastSuccessAt ?? null;
  const isLive = latest !== undefined && latest.lapsed_at === null;
  await updateState(tx, developerId, {
    live_reached_at: latest?.reached_at ?? null,
    live_since: latest?.live_since ?? null,
    live_lapsed_at: latest?.lapsed_at ?? null,
    check_at: isLive && lastSuccessAt !== null ? lastSuccessAt + rule.lapse_days * DAY_MS : null,
  });
  const evidence = found.find(({ reachedAt }) => reachedAt === first?.reached_at)?.reachedBy.call;
  // Otherwise the first spell is an old one, and the milestone stands.
  if (evidence || !first) {
    const rows = evidence ? [reachedWith('integration_live', evidence)] : [];
    await replaceMilestones(tx, developerId, ['integration_live'], rows);
  }
}

/** The calls that count, and by which an integration can be live: none that the portal's own pages made. */
function countedCalls(definition: Definition, calls: readonly FoldableCall[]): CountedCall[] {
  return calls.flatMap((call) => {
    const { excluded, fromPortal, outcome } = definition.judge(call);
    return excluded || fromPortal ? [] : [{ at: call.receivedAt, outcome, call }];
  });
}

export function toLiveDay(row: CallDayRow): LiveDay {
  return {
    day: row.day,
    successes: row.successes,
    errors: row.errors,
    firstSuccessAt: row.first_success_at,
    lastSuccessAt: row.last_success_at,
  };
}

function toRow(developerId: string, spell: LiveSpell): LiveSpellRow {
  return {
    developer_id: developerId,
    reached_at: spell.reachedAt,
    live_since: spell.since,
    lapsed_at: spell.lapsedAt,
    successes: spell.successes,
    days: spell.days,
    errors: spell.errors,
  };
}
