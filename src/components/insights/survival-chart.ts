import { DAY_MS } from '../../day.ts';
import type { SurvivalCurve } from '../../features/insights/survival.ts';
import { survivalBand } from '../../features/insights/survival.ts';

/** Time runs on a logarithmic axis: most first calls take seconds, the others take days. */
const TICKS = [
  { ms: 1_000, label: '1 s' },
  { ms: 10_000, label: '10 s', minor: true },
  { ms: 60_000, label: '1 min' },
  { ms: 600_000, label: '10 min', minor: true },
  { ms: 3_600_000, label: '1 h' },
  { ms: 86_400_000, label: '24 h' },
  { ms: 604_800_000, label: '7 d' },
  { ms: 1_814_400_000, label: '21 d' },
  { ms: 7_776_000_000, label: '90 d' },
  { ms: 31_536_000_000, label: '1 y' },
] as const;

const START_MS = 1_000;
/** The drawing's own units; it is stretched to the width it gets. */
export const WIDTH = 1000;
export const HEIGHT = 300;

export interface ChartTick {
  label: string;
  /** Percent of the width, from the left. */
  at: number;
  /** Left out where there is little room. */
  minor: boolean;
}

export interface SurvivalChart {
  /** Share that has called, as a staircase. */
  line: string;
  /** The 95 % limits as one closed area; empty where none are defined. */
  band: string;
  ticks: ChartTick[];
  /** x of a time, in percent. */
  x(ms: number): number;
  /** Where the line ends: percent from the left, and from the top. */
  end: { left: number; top: number };
}

/** What is left to draw of a curve with thousands of steps: the last one in each column of pixels. */
function thin<T extends { x: number }>(steps: T[]): T[] {
  return steps.filter((step, i) => i === steps.length - 1 || steps[i + 1]?.x !== step.x);
}

function staircase(steps: readonly { x: number; y: number }[]): string {
  return steps.map(({ x, y }) => `H${x}V${y}`).join('');
}

/** Geometry of F(t) = 1 − S(t). */
export function drawSurvival(curve: SurvivalCurve): SurvivalChart {
  const reach = Math.max(curve.lastTime, DAY_MS);
  const endMs = (TICKS.find(({ ms }) => ms >= reach) ?? { ms: reach }).ms;
  const decades = Math.log10(endMs / START_MS);
  const position = (ms: number) => Math.log10(Math.max(ms, START_MS) / START_MS) / decades;
  const px = (ms: number) => Math.round(position(ms) * WIDTH);
  const py = (share: number) => Math.round((1 - share) * HEIGHT * 10) / 10;

  const shown = TICKS.filter(({ ms }) => ms <= endMs);
  const ticks = shown.map((tick, i) => {
    const next = shown[i + 1];
    const crowded = next !== undefined && position(next.ms) - position(tick.ms) < 0.1;
    return { label: tick.label, at: position(tick.ms) * 100, minor: 'minor' in tick || crowded };
  });

  const steps = thin(curve.points.map((point) => ({ x: px(point.time), y: py(1 - point.survival), point })));
  const stop = px(curve.lastTime);
  const banded = steps.flatMap(({ x, point }) => {
    const band = survivalBand(point);
    return band ? [{ x, upper: py(1 - band.lower), lower: py(1 - band.upper) }] : [];
  });
  const bandEnd = steps.find(({ point }) => point.survival <= 0)?.x ?? stop;
  const first = banded[0];
  const upper = staircase(banded.map(({ x, upper: y }) => ({ x, y })));
  // The way back: down at the right end, then each lower limit from right to left.
  const lower = [...banded]
    .reverse()
    .map(({ x, lower: y }) => `V${y}H${x}`)
    .join('');
  return {
    line: `M0 ${HEIGHT}${staircase(steps)}H${stop}`,
    band: first ? `M${first.x} ${first.lower}${upper}H${bandEnd}${lower}Z` : '',
    ticks,
    x: (ms) => position(ms) * 100,
    end: { left: stop / (WIDTH / 100), top: ((steps.at(-1)?.y ?? HEIGHT) / HEIGHT) * 100 },
  };
}
