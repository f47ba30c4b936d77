import { DAY_MS } from '../../day.ts';
import type { MARKS_MS, Speed, SpeedStep } from '../../features/insights/speed.ts';

/** Time runs on a logarithmic axis: most first calls take seconds, the others take days. */
const TICKS: readonly { ms: (typeof MARKS_MS)[number]; label: string; minor?: true }[] = [
  { ms: 1_000, label: '1 s' },
  { ms: 10_000, label: '10 s', minor: true },
  { ms: 60_000, label: '1 min' },
  { ms: 600_000, label: '10 min', minor: true },
  { ms: 3_600_000, label: '1 h' },
  { ms: 86_400_000, label: '24 h' },
  { ms: 604_800_000, label: '7 d', minor: true },
  { ms: 1_814_400_000, label: '21 d' },
  { ms: 7_776_000_000, label: '90 d', minor: true },
  { ms: 31_536_000_000, label: '1 y' },
];

const START_MS = 1_000;
/** The drawing's own units; it is stretched to the width it gets. */
export const WIDTH = 1000;
export const HEIGHT = 300;
/** Curves with more steps keep one for each of so many columns. */
export const MOST_STEPS = 400;
/** Of the height, in percent: names at the ends of curves are that far apart. */
const NAME_GAP = 8;

/** What a curve is called where there is no room for its name. */
export const letter = (i: number) => String.fromCharCode(65 + i);

export interface ChartTick {
  ms: number;
  label: string;
  /** Percent of the width, from the left. */
  at: number;
  /** Left out where there is little room. */
  minor: boolean;
}

export interface ChartCurve {
  /** Share that has called, as a staircase. */
  line: string;
  /** The 95 % limits as one closed area; empty where none are defined. */
  band: string;
  /** Where its name stands: percent from the left, and from the top. */
  end: { left: number; top: number };
}

export interface SurvivalChart {
  /** In the order given. */
  curves: ChartCurve[];
  ticks: ChartTick[];
  /** x of a time, in percent. */
  x(ms: number): number;
}

type Drawn = Pick<Speed, 'steps' | 'lastTime'>;

/** Geometry of F(t) of up to four curves on one axis. */
export function drawSurvival(curves: readonly Drawn[]): SurvivalChart {
  const reach = Math.max(DAY_MS, ...curves.map(({ lastTime }) => lastTime));
  const endMs = (TICKS.find(({ ms }) => ms >= reach) ?? { ms: reach }).ms;
  const decades = Math.log10(endMs / START_MS);
  const position = (ms: number) => Math.log10(Math.max(ms, START_MS) / START_MS) / decades;
  const shown = TICKS.filter(({ ms }) => ms <= endMs);
  const drawn = curves.map((curve) => drawCurve(curve, position));
  const tops = spreadNames(drawn.map(({ end }) => end.top));
  return {
    curves: drawn.map((curve, i) => ({
      ...curve,
      end: { left: curve.end.left, top: tops[i] ?? curve.end.top },
    })),
    ticks: shown.map(({ ms, label, minor = false }, i) => {
      const next = shown[i + 1];
      const crowded = next !== undefined && position(next.ms) - position(ms) < 0.1;
      return { ms, label, at: position(ms) * 100, minor: minor || crowded };
    }),
    x: (ms) => position(ms) * 100,
  };
}

function drawCurve({ steps, lastTime }: Drawn, position: (ms: number) => number): ChartCurve {
  const column = steps.length > MOST_STEPS ? WIDTH / MOST_STEPS : 1;
  const px = (ms: number) => Math.round((position(ms) * WIDTH) / column) * column;
  const py = (share: number) => Math.round((1 - share) * HEIGHT * 10) / 10;
  const kept = thin(steps.map((step) => ({ x: px(step.time), y: py(step.share), band: step.band })));
  const stop = px(lastTime);
  const banded = kept.flatMap(({ x, band }) =>
    band ? [{ x, upper: py(band.upper), lower: py(band.lower) }] : [],
  );
  const last = kept.at(-1);
  const bandEnd = last && !last.band ? last.x : stop;
  const first = banded[0];
  // The way back: down at the right end, then each lower limit from right to left.
  const lower = [...banded]
    .reverse()
    .map(({ x, lower: y }) => `V${y}H${x}`)
    .join('');
  return {
    line: `M0 ${HEIGHT}${staircase(kept)}H${stop}`,
    band: first
      ? `M${first.x} ${first.lower}${staircase(banded.map(({ x, upper: y }) => ({ x, y })))}H${bandEnd}${lower}Z`
      : '',
    end: { left: stop / (WIDTH / 100), top: ((last?.y ?? HEIGHT) / HEIGHT) * 100 },
  };
}

/** What is left to draw of a curve with thousands of steps: the last one in each column. */
function thin<T extends Pick<SpeedStep, 'band'> & { x: number }>(steps: T[]): T[] {
  return steps.filter((step, i) => i === steps.length - 1 || steps[i + 1]?.x !== step.x);
}

function staircase(steps: readonly { x: number; y: number }[]): string {
  return steps.map(({ x, y }) => `H${x}V${y}`).join('');
}

/** Pushes apart what would stand on each other: downwards first, and up again from the bottom. Percent, in the order given. */
export function spreadNames(tops: readonly number[]): number[] {
  const order = [...tops.keys()].sort((a, b) => (tops[a] ?? 0) - (tops[b] ?? 0));
  const spread = [...tops];
  let above = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    spread[i] = Math.max(tops[i] ?? 0, above + NAME_GAP);
    above = spread[i] ?? 0;
  }
  let below = 100 + NAME_GAP;
  for (const i of order.reverse()) {
    spread[i] = Math.min(spread[i] ?? 0, below - NAME_GAP);
    below = spread[i] ?? 0;
  }
  return spread;
}
