import type { ActivationWeek } from '../../features/insights/activation.ts';

/** The drawing's own units; it is stretched to the width it gets. */
export const WIDTH = 1200;
export const HEIGHT = 200;
/** With fewer developers a share says little: the bar is an outline. */
export const FEW = 30;
const GAP = 0.28;
const HATCH = 7;

export interface TrendBar {
  /** The bar's outline; empty of nobody. */
  outline: string;
  /** Lines across it; empty where everybody has had the time. */
  hatch: string;
  kind: 'solid' | 'few' | 'immature' | 'none';
  /** Wilson's limits as an upright line; empty of nobody. */
  whisker: string;
}

export interface Trend {
  bars: TrendBar[];
  /** F(7 d) of everybody, from week to week; broken where it is not known. */
  line: string;
}

const y = (share: number) => Math.round((1 - share) * HEIGHT * 10) / 10;

export function drawTrend(weeks: readonly ActivationWeek[]): Trend {
  const column = WIDTH / weeks.length;
  const middle = (i: number) => Math.round((i + 0.5) * column * 10) / 10;
  let drawing = false;
  const line = weeks.map(({ estimate }, i) => {
    const joined = drawing && estimate !== null;
    drawing = estimate !== null;
    return estimate === null ? '' : `${joined ? 'L' : 'M'}${middle(i)} ${y(estimate)}`;
  });
  return { bars: weeks.map((week, i) => drawBar(week, i * column, column)), line: line.join('') };
}

function drawBar({ share, count, mature }: ActivationWeek, from: number, column: number): TrendBar {
  if (!share) return { outline: '', hatch: '', kind: 'none', whisker: '' };
  const [left, right] = [from + (GAP / 2) * column, from + (1 - GAP / 2) * column];
  const top = y(share.share);
  const lines: string[] = [];
  for (let at = HEIGHT - HATCH; at > top; at -= HATCH) lines.push(`M${left} ${at}H${right}`);
  return {
    outline: `M${left} ${HEIGHT}V${top}H${right}V${HEIGHT}`,
    hatch: mature ? '' : lines.join(''),
    kind: !mature ? 'immature' : count.n < FEW ? 'few' : 'solid',
    whisker: `M${(left + right) / 2} ${y(share.band.upper)}V${y(share.band.lower)}`,
  };
}
