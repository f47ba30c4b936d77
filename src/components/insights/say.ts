import { DAY_MS } from '../../day.ts';
import { sayDuration } from '../../duration.ts';
import type { Dimension, Step } from '../../features/journeys/journey.ts';

/** How figures are said to people. A no-break space keeps a number and its unit together. */

const SPACE = '\u00a0';
const MINUS = '\u2212';
/** For a tooltip: every millisecond. */
export function sayExactDuration(ms: number): string {
  return `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 3 })}${SPACE}s`;
}

export function sayShare(share: number): string {
  return `${Math.round(share * 100)}${SPACE}%`;
}

export function sayShareRange({ lower, upper }: { lower: number; upper: number }): string {
  return `${Math.round(lower * 100)}–${sayShare(upper)}`;
}

/** Limits of a time; a missing one is said, never left out. */
export function sayTimeRange({ lower, upper }: { lower: number | null; upper: number | null }): string {
  const say = (limit: number | null) => (limit === null ? 'not reached' : sayDuration(limit));
  return `${say(lower)} to ${say(upper)}`;
}

/** “by day 9”, once there are whole days to speak of; “within 1.8 h” before. */
export function sayBy(ms: number): string {
  return ms < DAY_MS ? `within ${sayDuration(ms)}` : `by day ${Math.floor(ms / DAY_MS)}`;
}

/** “3 bot, 1 staff”. */
export function sayExcluded(excluded: readonly { reason: string; n: number }[]): string {
  return excluded.map(({ reason, n }) => `${sayCount(n)} ${sayReason(reason)}`).join(', ');
}

/** “public demo”: why somebody is in no figure. */
export const sayReason = (reason: string) => reason.replaceAll('_', ' ');

/** “n = 12”, which does not break across lines. */
export function sayN(n: number): string {
  return `n\u00a0=\u00a0${sayCount(n)}`;
}

// Once, and not for every moment of a table: making one takes longer than the rest of its row.
const DAY = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
const DAYS = new Intl.DateTimeFormat('en-GB', DAY);
const MOMENTS = new Intl.DateTimeFormat('en-GB', { ...DAY, hour: '2-digit', minute: '2-digit' });
const COUNTS = new Intl.NumberFormat('en');

/** 21 Nov 2026, 12:00 UTC. The zone is always said. */
export function sayMoment(at: number): string {
  return `${MOMENTS.format(at)} UTC`;
}

/** 22 Oct 2026, in UTC. */
export function sayDay(at: number): string {
  return DAYS.format(at);
}

export function sayAgo(at: number, now: number): string {
  return now - at < 1_000 ? 'now' : `${sayDuration(now - at)} ago`;
}

export function sayCount(n: number): string {
  return COUNTS.format(n);
}

const MILESTONES: Readonly<Record<string, string>> = {
  first_attempt: 'First attempt',
  first_api_call: 'First API call',
  first_own_machine_call: 'First own-machine call',
  integration_live: 'Integration live',
};

export function sayMilestone(name: string): string {
  return MILESTONES[name] ?? name;
}

const DIMENSION_NAMES: Record<Dimension, string> = {
  channel: 'Channel',
  occupation: 'Occupation',
  goal: 'Goal',
  language: 'Language',
  actor: 'Human or agent',
};

export function sayDimension(dimension: Dimension): string {
  return DIMENSION_NAMES[dimension];
}

/** “docs_search” as “docs search”. */
export function sayValue(value: string): string {
  return value.replaceAll('_', ' ');
}

const STEP_NAMES: Record<Step, string> = {
  visited: 'Page opened',
  goal: 'Goal told',
  credential: 'Key taken',
  run: 'Sample run',
  first_call: 'First call',
  own_machine: 'Own machine',
  claimed: 'Signed up',
  live: 'Live',
};

export function sayStep(step: Step): string {
  return STEP_NAMES[step];
}

/** “+21 points”, “−1 point”, “0 points”, of a difference of shares. */
export function sayPoints(difference: number): string {
  const said = saySigned(difference * 100);
  return `${said}${SPACE}${/^\D1$/.test(said) ? 'point' : 'points'}`;
}

/** “+21”, “−3”, “0”: percentage points are whole. */
export function saySigned(points: number): string {
  const rounded = Math.round(Math.abs(points));
  return rounded === 0 ? '0' : `${points < 0 ? MINUS : '+'}${rounded}`;
}
