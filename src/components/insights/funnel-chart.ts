import type { FrictionAudit } from '../../features/insights/friction-audit.ts';

/** Heights in pixels; widths are shares of the drawing, which is as wide as the page lets it be. */
export const ROW = 54;
export const BAR = { top: 22, height: 18 };

export interface FunnelBar {
  /** From the top of the drawing, in pixels. */
  top: number;
  /** Percent of the width: who got here, and who got to the step before and not here. */
  reached: number;
  lost: number;
  /** 95 % limits of the conversion, as widths of the bar before; null where there are none. */
  whisker: { from: number; to: number } | null;
}

/** One bar for each step; all widths 0 where nobody has begun. */
export function drawFunnel({ n, steps, transitions }: FrictionAudit): FunnelBar[] {
  const percent = (count: number) => (n === 0 ? 0 : Math.round((count / n) * 10_000) / 100);
  return steps.map(({ reached }, at) => {
    const before = transitions[at - 1];
    const band = before?.conversion?.band;
    return {
      top: at * ROW,
      reached: percent(reached),
      lost: percent((before?.n ?? reached) - reached),
      whisker:
        before && band ? { from: percent(band.lower * before.n), to: percent(band.upper * before.n) } : null,
    };
  });
}
