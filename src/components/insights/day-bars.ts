import { DAY_MS } from '../../day.ts';
import type { ReportDay } from '../../features/insights/developer-report.ts';

/** The drawing's own units; it is stretched to the width it gets. */
export const WIDTH = 1200;
export const HEIGHT = 100;
const GAP = 0.24;
const HATCH = 5;

/** The calls of one day from below: succeeded, failed, and the rest, which is rate-limited or left out. */
export interface DayBar {
  at: number;
  succeeded: string;
  failed: string;
  /** Lines across those that failed, so that colour is not all that tells them. */
  hatch: string;
  rest: string;
}

export interface DayBars {
  /** As many as there are days, the oldest first; days without a call are empty. */
  bars: DayBar[];
  /** The most calls of one day. */
  most: number;
}

/** `days` in any order, at most one for each UTC day; `until` is any moment of the last day. */
export function drawDays(days: readonly ReportDay[], until: number, count: number): DayBars {
  const today = Math.floor(until / DAY_MS);
  const most = days.reduce((max, { calls }) => Math.max(max, calls), 0);
  const known = new Map(days.map((day) => [Math.floor(day.at / DAY_MS), day]));
  const column = WIDTH / count;
  const bars = Array.from({ length: count }, (_, i) => {
    const day = today - count + 1 + i;
    return drawDay(known.get(day), day * DAY_MS, { left: i * column, column, most });
  });
  return { bars, most };
}

interface Place {
  left: number;
  column: number;
  most: number;
}

function drawDay(day: ReportDay | undefined, at: number, { left, column, most }: Place): DayBar {
  const [from, to] = [left + (GAP / 2) * column, left + (1 - GAP / 2) * column].map(round);
  const y = (calls: number) => round((1 - (most === 0 ? 0 : calls / most)) * HEIGHT);
  const box = (lower: number, upper: number) =>
    upper > lower ? `M${from} ${y(lower)}V${y(upper)}H${to}V${y(lower)}Z` : '';
  const { succeeded = 0, failed = 0, calls = 0 } = day ?? {};
  const lines: string[] = [];
  for (let at = y(succeeded) - HATCH / 2; at > y(succeeded + failed); at -= HATCH)
    lines.push(`M${from} ${round(at)}H${to}`);
  return {
    at,
    succeeded: box(0, succeeded),
    failed: box(succeeded, succeeded + failed),
    hatch: lines.join(''),
    rest: box(succeeded + failed, calls),
  };
}

const round = (n: number) => Math.round(n * 10) / 10;
