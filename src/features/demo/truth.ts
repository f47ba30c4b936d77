/**
 * What is true of a simulated population, computed and not simulated: the yardstick for whatever estimates it.
 *
 * All delays of a developer are stretched by the same e^(−0.15 z), so P(step within t | z) is the probability of taking
 * the steps up to it, times the distribution of the sum of their log-normal delays at t · e^(0.15 z). Both integrals are
 * trapezoid sums over normal densities, which converge faster than any power of the step. Steps up to the first call are
 * a second's work; each further one would be thirty times as much.
 */
import { erfc } from '../insights/normal.ts';
import { logistic } from './developer.ts';
import { HASTE, type Population, type Segment, type Step, type StepName } from './population.ts';

/** Whose truth; what is not named is averaged over. Goal, language and country say nothing of z. */
export interface Who {
  channel?: string;
  occupation?: string;
  actor?: 'human' | 'agent';
}

export interface Truth {
  /** F(t): the share of developers with a t0 who take the step within `time` milliseconds of it. */
  shareWithin(step: StepName, time: number, who?: Who): number;
  /** The time by which a share has taken it; null where fewer ever do. */
  timeOf(step: StepName, share: number, who?: Who): number | null;
  /** How often as many are retained of those who reached the planted milestone, all else equal: odds over odds. */
  oddsRatio: number;
  /** The same of the decoy. */
  decoyOddsRatio: number;
}

const DENSITY = 1 / Math.sqrt(2 * Math.PI);
const density = (x: number) => DENSITY * Math.exp((-x * x) / 2);
const cumulative = (x: number) => (x < 0 ? erfc(-x * Math.SQRT1_2) / 2 : 1 - erfc(x * Math.SQRT1_2) / 2);

/** Normal scores and their weights: far enough out for eight digits. */
const SCORES = Array.from({ length: 31 }, (_, n) => {
  const score = (n - 15) * 0.4;
  return { score, weight: density(score) * 0.4 };
});
const [LOWEST, HIGHEST, STEP] = [-7, 8, 0.125];
const LONGEST_MS = 400 * 86_400_000;
const HALVINGS = 60;
/** Distributions are kept at these logarithms of milliseconds; what lies between is interpolated, to five digits. */
const GRID = { from: 0, step: 0.02, points: 1_400 };

/** @throws RangeError for a population whose developers pull each other along: nothing is independent then */
export function truthOf(population: Population): Truth {
  if (population.contagion.each !== 0)
    throw new RangeError('The truth is known of independent developers only.');
  const within = new Map(population.steps.map(({ name }) => [name, delaysUntil(population, name)]));
  const shareWithin = (step: StepName, time: number, who: Who = {}) => {
    const isWithin = within.get(step)?.() ?? (() => 0);
    let [sum, all] = [0, 0];
    for (let z = LOWEST; z <= HIGHEST; z += STEP) {
      const begin = densityOf(population, z, who) * begins(population, z);
      all += begin;
      sum += begin * shareAt(population, z, { step, time, who, isWithin });
    }
    return sum / all;
  };
  return {
    shareWithin,
    timeOf(step, share, who) {
      let [low, high] = [0, LONGEST_MS];
      if (shareWithin(step, high, who) < share) return null;
      for (let n = 0; n < HALVINGS && high - low > 1; n += 1) {
        const middle = (low + high) / 2;
        if (shareWithin(step, middle, who) < share) low = middle;
        else high = middle;
      }
      return high;
    },
    oddsRatio: Math.exp(population.retention.aha),
    decoyOddsRatio: 1,
  };
}

/** Density of z among those who arrive. */
function densityOf({ channels, occupations }: Population, z: number, who: Who): number {
  const [among, and] = [chosen(channels, who.channel), chosen(occupations, who.occupation)];
  let [sum, weights] = [0, 0];
  for (const channel of among) {
    for (const occupation of and) {
      const weight = channel.weight * occupation.weight;
      weights += weight;
      sum += weight * density(z - channel.intent - occupation.intent);
    }
  }
  return sum / weights;
}

const chosen = (segments: readonly Segment[], name: string | undefined) =>
  segments.filter((segment) => name === undefined || segment.name === name);

const taken = ({ a, b }: Step, z: number) => logistic(a + b * z);

/** The first step is t0. */
const begins = ({ steps }: Population, z: number) => (steps[0] ? taken(steps[0], z) : 0);

type Distribution = (time: number) => number;

interface Asked {
  step: StepName;
  time: number;
  who: Who;
  isWithin: Distribution;
}

function shareAt({ steps, agents }: Population, z: number, { step, time, who, isWithin }: Asked): number {
  const reach = until(steps, step).reduce((product, each) => product * taken(each, z), 1);
  const within = (pace: number) => isWithin((time * Math.exp(HASTE * z)) / pace);
  const { share, delay } = agents;
  if (who.actor === 'human') return reach * within(1);
  if (who.actor === 'agent') return reach * within(delay);
  return reach * ((1 - share) * within(1) + share * within(delay));
}

/** The steps after t0 up to this one. */
const until = (steps: readonly Step[], step: StepName) =>
  steps.slice(1, steps.findIndex(({ name }) => name === step) + 1);

/** The distribution of the time from t0 to a step for z = 0, kept once somebody has asked for it. */
function delaysUntil({ steps }: Population, step: StepName): () => Distribution {
  // The widest last: it is integrated exactly.
  const delays = [...until(steps, step)].sort((a, b) => a.median * a.sigma - b.median * b.sigma);
  let grid: Float64Array | undefined;
  return () => {
    grid ??= Float64Array.from({ length: GRID.points }, (_, n) =>
      sumWithin(delays, Math.exp(GRID.from + n * GRID.step)),
    );
    const known = grid;
    return (time) => {
      const place = Math.max(0, (Math.log(time) - GRID.from) / GRID.step);
      const below = Math.floor(place);
      const low = known[below] ?? 1;
      return low + ((known[below + 1] ?? 1) - low) * (place - below);
    };
  };
}

/** P(the log-normal delays together take at most `time`). */
function sumWithin([first, ...others]: readonly Step[], time: number): number {
  if (time <= 0) return 0;
  if (!first) return 1;
  if (others.length === 0) return cumulative(Math.log(time / first.median) / first.sigma);
  return SCORES.reduce(
    (sum, { score, weight }) =>
      sum + weight * sumWithin(others, time - first.median * Math.exp(first.sigma * score)),
    0,
  );
}
