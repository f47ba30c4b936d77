import type { Context } from '../../context.ts';
import { DAY_MS, dayOf } from '../../day.ts';
import type { Definition } from './definition.ts';
import { LIVE, toLiveDay } from './judge-live.ts';
import { windowEnding } from './live-detector.ts';
import { type LiveSpellRow, listSpells } from './live-store.ts';
import { explainWindow } from './live-words.ts';
import type { LiveProgress } from './progress-schema.ts';
import { listDays } from './state-store.ts';

/**
 * Whether a developer's integration is live, with the evidence for each condition: of the window that reached it where it
 * is, and of the last days where it is not.
 */
export async function getLive(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { version, at, body: { live: rule } }: Definition,
  developerId: string,
): Promise<LiveProgress> {
  const today = dayOf(now());
  const spells = await listSpells(db, developerId);
  const latest = spells.at(-1);
  const from = latest ? dayOf(latest.reached_at) : today;
  const rows = await listDays(db, developerId, LIVE, Math.min(from, today - rule.window_days + 1));
  const days = rows.map(toLiveDay);
  const lastSuccessAt = days.findLast((day) => day.lastSuccessAt !== null)?.lastSuccessAt ?? null;
  const lapsesAt = lastSuccessAt === null ? null : lastSuccessAt + rule.lapse_days * DAY_MS;
  // The chore that writes it down may not have come to it yet.
  const hasLapsed = latest !== undefined && (latest.lapsed_at !== null || (lapsesAt ?? 0) <= now());
  const isLive = latest !== undefined && !hasLapsed;
  const lastDay = isLive ? dayOf(latest.reached_at) : today;
  const window = isLive ? toWindow(latest) : windowEnding(rule, days, today);
  return {
    state: isLive ? 'live' : latest ? 'lapsed' : 'not_yet',
    reached_at: iso(latest?.reached_at ?? null),
    live_since: iso(latest?.live_since ?? null),
    lapsed_at: hasLapsed ? iso(latest.lapsed_at ?? lapsesAt) : null,
    lapses_at: isLive ? iso(lapsesAt) : null,
    spells: spells.length,
    window: { from: isoDay(lastDay - rule.window_days + 1), to: isoDay(lastDay) },
    conditions: explainWindow(rule, window),
    definition: { version, since: new Date(at).toISOString() },
  };
}

function toWindow({ successes, days, errors, live_since }: LiveSpellRow) {
  return { successes, days, errors, since: live_since };
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
