/**
 * What a simulated population is like: everything that can be set. The numbers are made up, so that the truth is known;
 * they say nothing of any company's developers.
 */

export type StepName =
  | 'goal'
  | 'credential'
  | 'sandbox'
  | 'first_call'
  | 'own_machine'
  | 'claimed'
  | 'live_key'
  | 'live';

/** P(taken | intent z, the step before was taken) = logistic(a + b z); delay = median · e^(σ N − 0.15 z), N normal. */
export interface Step {
  name: StepName;
  a: number;
  b: number;
  /** Milliseconds after the step before. */
  median: number;
  sigma: number;
}

/** A value of a segment, its share, and what it adds to the mean of z. */
export interface Segment {
  name: string;
  weight: number;
  intent: number;
}

export interface Weighted {
  name: string;
  weight: number;
}

/** Where a share of the arrivals lives; they arrive by day there. */
export interface Country extends Weighted {
  /** Hours ahead of UTC. */
  offset: number;
}

/** From `day` after the beginning on, `factor` times as many arrivals for so many hours. */
export interface Spike {
  day: number;
  hours: number;
  factor: number;
}

/** What goes wrong on the way in. Shares of calls, or of developers; 0 switches one off. */
export interface Dirt {
  /** Calls that are reported once more. */
  duplicates: number;
  /** Calls that are reported late: this share, by so many milliseconds at the median, log-normal. */
  late: number;
  lateMedian: number;
  lateSigma: number;
  /** Calls whose reporter's clock is up to five minutes off. */
  skewed: number;
  /** Calls that are never reported. */
  lost: number;
  /** Developers of the company's own. */
  internal: number;
  /** Developers who are programs that nobody asked for. */
  bots: number;
  /** Developers whose own machine has a second key. */
  secondDevice: number;
  /** Developers who sign in from a second browser, in which they had begun as somebody else. */
  secondBrowser: number;
}

export interface Population {
  steps: readonly Step[];
  channels: readonly Segment[];
  occupations: readonly Segment[];
  /** The ids of content/onboarding/goals.yaml. */
  goals: readonly Weighted[];
  languages: readonly Weighted[];
  countries: readonly Country[];
  /** Share of agents, and by what their delays are multiplied. */
  agents: { share: number; delay: number };
  arrivals: {
    /** Factors of Monday to Sunday. */
    weekdays: readonly number[];
    /** Arrivals grow by this factor in a week. */
    weeklyGrowth: number;
    spikes: readonly Spike[];
  };
  retention: {
    base: number;
    intent: number;
    /** ln of the planted odds ratio: of at least `ahaSuccesses` successes in the first week. */
    aha: number;
    ahaSuccesses: number;
  };
  /** What goes with being retained through z alone; P(looked) = logistic(a + b z). */
  decoy: { a: number; b: number };
  nudge: { holdout: number; lift: number };
  /** What each of at most `most` colleagues who are activated already adds to z. */
  contagion: { each: number; most: number };
  /** A day on which this share of calls fails with 5xx; days after the beginning. */
  outage: { day: number; share: number } | null;
  dirt: Dirt;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How much sooner somebody with more intent is there: delay · e^(−HASTE z). */
export const HASTE = 0.15;

const STEPS: readonly Step[] = [
  { name: 'goal', a: 1.4, b: 0.5, median: MINUTE, sigma: 1 },
  { name: 'credential', a: 1.1, b: 0.6, median: 3 * MINUTE, sigma: 1 },
  { name: 'sandbox', a: 0.9, b: 0.4, median: 6 * MINUTE, sigma: 1.1 },
  { name: 'first_call', a: 0.6, b: 0.7, median: 2.5 * HOUR, sigma: 1.7 },
  { name: 'own_machine', a: 0.8, b: 0.5, median: 6 * HOUR, sigma: 1.5 },
  { name: 'claimed', a: 1, b: 0.5, median: 12 * HOUR, sigma: 1.3 },
  { name: 'live_key', a: -0.2, b: 0.8, median: 4 * DAY, sigma: 1.1 },
  { name: 'live', a: 0.3, b: 0.7, median: 6 * DAY, sigma: 0.8 },
];

const NO_DIRT: Dirt = {
  duplicates: 0,
  late: 0,
  lateMedian: 0,
  lateSigma: 0,
  skewed: 0,
  lost: 0,
  internal: 0,
  bots: 0,
  secondDevice: 0,
  secondBrowser: 0,
};

/** Developers who know nothing of each other, and reports that arrive: what the mathematics is tested with. */
export const PLAIN: Population = {
  steps: STEPS,
  channels: [
    { name: 'search', weight: 0.3, intent: 0 },
    { name: 'github', weight: 0.2, intent: 0.1 },
    { name: 'referral', weight: 0.15, intent: 0.3 },
    { name: 'ads', weight: 0.15, intent: -0.5 },
    { name: 'event', weight: 0.08, intent: -0.1 },
    { name: 'partner', weight: 0.12, intent: 0.5 },
  ],
  occupations: [
    { name: 'backend', weight: 0.4, intent: 0.2 },
    { name: 'frontend', weight: 0.18, intent: 0 },
    { name: 'data', weight: 0.14, intent: 0 },
    { name: 'founder', weight: 0.12, intent: 0.3 },
    { name: 'pm', weight: 0.06, intent: -0.5 },
    { name: 'student', weight: 0.1, intent: -0.4 },
  ],
  goals: [
    { name: 'alerts', weight: 0.35 },
    { name: 'product', weight: 0.3 },
    { name: 'agent', weight: 0.15 },
    { name: 'looking', weight: 0.2 },
  ],
  languages: [
    { name: 'javascript', weight: 0.28 },
    { name: 'typescript', weight: 0.22 },
    { name: 'python', weight: 0.26 },
    { name: 'curl', weight: 0.12 },
    { name: 'go', weight: 0.05 },
    { name: 'java', weight: 0.03 },
    { name: 'ruby', weight: 0.02 },
    { name: 'php', weight: 0.02 },
  ],
  countries: [
    { name: 'US', weight: 0.4, offset: -6 },
    { name: 'DE', weight: 0.3, offset: 1 },
    { name: 'IN', weight: 0.2, offset: 5.5 },
    { name: 'JP', weight: 0.1, offset: 9 },
  ],
  agents: { share: 0.12, delay: 0.1 },
  arrivals: {
    weekdays: [1.15, 1.2, 1.2, 1.15, 1.15, 0.55, 0.5],
    weeklyGrowth: 1.02,
    spikes: [{ day: 31, hours: 36, factor: 8 }],
  },
  retention: { base: -2.2, intent: 0.8, aha: 1.4, ahaSuccesses: 5 },
  decoy: { a: -0.4, b: 0.9 },
  nudge: { holdout: 0.2, lift: 0.06 },
  contagion: { each: 0, most: 0 },
  outage: null,
  dirt: NO_DIRT,
};

/** What `npm run demo` shows: colleagues who pull each other along, an outage, and everything that goes wrong. */
export const DEMO: Population = {
  ...PLAIN,
  contagion: { each: 0.25, most: 4 },
  outage: { day: 52, share: 0.2 },
  dirt: {
    duplicates: 0.01,
    late: 0.02,
    lateMedian: HOUR,
    // One in a hundred calls is more than an hour late, one in a thousand more than a day.
    lateSigma: 1.93,
    skewed: 0.02,
    lost: 0.002,
    internal: 0.005,
    bots: 0.01,
    secondDevice: 0.15,
    secondBrowser: 0.03,
  },
};
