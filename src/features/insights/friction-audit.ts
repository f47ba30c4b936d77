import { STEPS, type Step } from '../journeys/journey.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { furthestStep, LAST, nestedReach, type StepTimes, stepTimes } from './furthest-step.ts';
import { compareQuarters, type QuarterChange } from './quarter-change.ts';
import type { Insights } from './read-insights.ts';
import { selectDevelopers } from './select-developers.ts';
import { type Share, wilson } from './shares.ts';
import { IDLE_MS } from './standing.ts';
import { type StepDwell, stepDwells } from './step-dwell.ts';
import { kaplanMeier, quantile } from './survival.ts';
import { censored } from './waiting-times.ts';

export interface AuditStep {
  step: Step;
  /** Developers who got at least so far: to this step or to a later one. */
  reached: number;
  /** Of these: who got further without this step, as far as anybody knows. */
  passedOver: number;
  /** Share of everybody; null of nobody. */
  ofAll: number | null;
}

/** How often a text was seen. */
export interface Seen {
  text: string;
  n: number;
}

/** From one step to the next one. Times in milliseconds. */
export interface Transition {
  from: Step;
  to: Step;
  /** Who got to `from`, and how many of these got at least to `to`. */
  n: number;
  reached: number;
  /** reached / n with Wilson's 95 % limits; null where nobody got to `from`. */
  conversion: Share | null;
  /** n − reached: whose furthest step is `from`, those who are on their way among them. */
  dropOff: number;
  /** dropOff as a share of all drop-offs; null where nobody is lost. */
  ofLosses: number | null;
  /** Of the drop-off: who has done nothing for 48 hours. */
  idle: number;
  /** Of the drop-off: who deleted themselves. */
  ended: number;
  /** Kaplan–Meier over the `n` of whom an earlier time is known; null is *not reached*. */
  dwell: { n: number; median: number | null; p90: number | null };
  /** Of those who are idle, the most frequent first. */
  errorCodes: Seen[];
  lastEvents: Seen[];
}

export interface FrictionAudit {
  /** Developers in it. */
  n: number;
  steps: AuditStep[];
  transitions: Transition[];
  /** Everybody who has not got to the last step. */
  losses: number;
  /** The largest drop-off, the lowest conversion, and the longest median of those that are reached. */
  biggestLoss: Transition | null;
  lowestConversion: Transition | null;
  slowest: Transition | null;
  /** Two or three, as many as make more than half of all losses; fewer where there are fewer. */
  worst: Transition[];
  quarters: QuarterChange;
}

/** Fewer say nothing about a step. */
export const NAMED_FROM = 5;
const TOP = 5;
const WORST = { least: 2, most: 3, ofLosses: 0.5 };

/**
 * Where developers stop on the way to a live integration. The comparison of quarters is by t0 whatever days the query
 * asks for. O(developers).
 */
export function auditFriction({
  columns,
  places,
  query,
  asOf,
}: Pick<Insights, 'columns' | 'places' | 'query' | 'asOf'>): FrictionAudit {
  const stops = countStops(columns, places, asOf);
  const reached = nestedReach(stops.map(({ stopped }) => stopped));
  const n = places.length;
  const losses = n - (reached[LAST] ?? 0);
  const dwells = stepDwells(columns, places, asOf).map(summarise);
  const transitions = STEPS.slice(1).map((to, from): Transition => {
    const counted = { n: reached[from] ?? 0, reached: reached[from + 1] ?? 0 };
    const { stopped = 0, idle = 0, ended = 0, errorCodes, lastEvents } = stops[from] ?? {};
    return {
      from: STEPS[from] ?? 'visited',
      to,
      ...counted,
      conversion: wilson({ k: counted.reached, n: counted.n }),
      dropOff: stopped,
      ofLosses: losses === 0 ? null : stopped / losses,
      idle,
      ended,
      dwell: dwells[from] ?? { n: 0, median: null, p90: null },
      errorCodes: mostFrequent(columns, errorCodes),
      lastEvents: mostFrequent(columns, lastEvents),
    };
  });
  const everyDay = { ...query, from: null, to: null };
  return {
    n,
    steps: STEPS.map((step, at) => ({
      step,
      reached: reached[at] ?? 0,
      passedOver: stops[at]?.passedOver ?? 0,
      ofAll: n === 0 ? null : (reached[at] ?? 0) / n,
    })),
    transitions,
    losses,
    ...nameWorst(transitions, losses),
    quarters: compareQuarters(columns, selectDevelopers(columns, everyDay, asOf).places, asOf),
  };
}

interface Stop {
  /** Whose furthest step it is. */
  stopped: number;
  passedOver: number;
  idle: number;
  ended: number;
  /** How often each word was seen, by its index. */
  errorCodes: Uint32Array;
  lastEvents: Uint32Array;
}

function countStops(columns: JourneyColumns, places: Uint32Array, asOf: number): Stop[] {
  const stops = STEPS.map(
    (): Stop => ({
      stopped: 0,
      passedOver: 0,
      idle: 0,
      ended: 0,
      errorCodes: new Uint32Array(columns.words.length),
      lastEvents: new Uint32Array(columns.words.length),
    }),
  );
  const known = stepTimes(columns);
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0;
    const furthest = furthestStep(known, place, asOf);
    if (!known.inOrder[place]) countPassedOver(stops, known, { place, furthest, asOf });
    const stop = stops[furthest];
    if (!stop) continue;
    stop.stopped += 1;
    if ((columns.ended[place] ?? Number.NaN) <= asOf) stop.ended += 1;
    else if (asOf - (columns.active[place] ?? Number.NaN) >= IDLE_MS[0]) {
      stop.idle += 1;
      count(stop.errorCodes, columns.errorCode[place] ?? 0);
      count(stop.lastEvents, columns.lastEvent[place] ?? 0);
    }
  }
  return stops;
}

function countPassedOver(
  stops: readonly Stop[],
  { times }: StepTimes,
  { place, furthest, asOf }: { place: number; furthest: number; asOf: number },
): void {
  for (let step = 0; step < furthest; step += 1) {
    const stop = stops[step];
    if (stop && !((times[step]?.[place] ?? Number.NaN) <= asOf)) stop.passedOver += 1;
  }
}

function count(counts: Uint32Array, word: number): void {
  counts[word] = (counts[word] ?? 0) + 1;
}

/** The first word stands for none, and is left out. */
function mostFrequent({ words }: JourneyColumns, counts: Uint32Array | undefined): Seen[] {
  return words
    .flatMap((text, word) => (word > 0 && counts?.[word] ? { text, n: counts[word] } : []))
    .sort((a, b) => b.n - a.n || (a.text < b.text ? -1 : 1))
    .slice(0, TOP);
}

function summarise(dwell: StepDwell): Transition['dwell'] {
  const curve = kaplanMeier(censored(dwell));
  return { n: dwell.n, median: quantile(curve, 0.5).estimate, p90: quantile(curve, 0.9).estimate };
}

function nameWorst(transitions: readonly Transition[], losses: number) {
  const byLoss = transitions.filter(({ dropOff }) => dropOff > 0).toSorted((a, b) => b.dropOff - a.dropOff);
  const told = transitions.filter(({ n }) => n >= NAMED_FROM);
  const slow = told.filter(({ dwell }) => dwell.median !== null);
  let lost = 0;
  const worst = byLoss.filter(({ dropOff }, at) => {
    const enough = at >= WORST.most || (at >= WORST.least && lost > WORST.ofLosses * losses);
    lost += dropOff;
    return !enough;
  });
  return {
    biggestLoss: byLoss[0] ?? null,
    lowestConversion:
      told.toSorted((a, b) => (a.conversion?.share ?? 1) - (b.conversion?.share ?? 1))[0] ?? null,
    slowest: slow.toSorted((a, b) => (b.dwell.median ?? 0) - (a.dwell.median ?? 0))[0] ?? null,
    worst,
  };
}
