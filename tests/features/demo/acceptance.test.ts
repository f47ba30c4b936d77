/**
 * The mathematics of insights against a population whose truth is known. `DEMO_REPLICATES=400` runs as many replicates as
 * the acceptance asks for and holds them to its limits; the short run holds to three standard errors of fewer.
 */
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/day.ts';
import type { Drawn } from '../../../src/features/demo/developer.ts';
import { DECOY, PLANTED, toLabRow } from '../../../src/features/demo/lab-rows.ts';
import { potentialOutcomes } from '../../../src/features/demo/nudge.ts';
import { PLAIN, type StepName } from '../../../src/features/demo/population.ts';
import { simulate } from '../../../src/features/demo/simulate.ts';
import { truthOf, type Who } from '../../../src/features/demo/truth.ts';
import { logRank } from '../../../src/features/insights/log-rank.ts';
import { compareOddsRatios, searchMilestones } from '../../../src/features/insights/milestone-lab.ts';
import { newcombe } from '../../../src/features/insights/shares.ts';
import {
  type Band,
  kaplanMeier,
  median,
  type Observation,
  quantile,
  shareWithin,
  standardError,
} from '../../../src/features/insights/survival.ts';

const WANTED = Number(process.env.DEMO_REPLICATES ?? 0);
const isFull = WANTED >= 400;
const HORIZONS = { 'F(24 h)': DAY_MS, 'F(7 d)': 7 * DAY_MS };
const BEGIN = Date.UTC(2026, 0, 5);
const DAYS = 60;
const END = BEGIN + DAYS * DAY_MS;
const truth = truthOf(PLAIN);

const draw = (seed: number, developers: number) =>
  simulate(PLAIN, { seed, developers, begin: BEGIN, end: END });

/** As the portal sees it at the end: who has not taken the step is waiting. */
function observe({ developer }: Drawn, step: StepName, asOf = END): Observation {
  const [t0, at] = [developer.t0 ?? 0, developer.steps[step]];
  const event = at !== null && at <= asOf;
  return { time: Math.max(0, (event ? at : asOf) - t0), event };
}

/** Told with `--reporter=verbose`, and in the report of a full run. */
function tell(what: string, figures: Record<string, unknown>) {
  if (isFull) console.log(what, JSON.stringify(figures));
}

/** Between the limits of the acceptance in a full run; in a short one within three standard errors of what is meant. */
function expectShare(share: number, n: number, meant: number, [least, most]: [number, number]) {
  const error = 3 * Math.sqrt((meant * (1 - meant)) / n);
  expect(share).toBeGreaterThanOrEqual(isFull ? least : meant - error);
  expect(share).toBeLessThanOrEqual(isFull ? most : meant + error);
}

test('F(24 h) and F(7 d) of every segment are within three standard errors of the truth', () => {
  const everybody = [...draw(11, isFull ? 200_000 : 20_000)];
  const segments: Who[] = [
    {},
    ...PLAIN.channels.map(({ name }) => ({ channel: name })),
    ...PLAIN.occupations.map(({ name }) => ({ occupation: name })),
    { actor: 'human' },
    { actor: 'agent' },
  ];
  const goals = PLAIN.goals.map(({ name }) => name);
  const compare = (name: string, who: Who, among: Drawn[]) => {
    const curve = kaplanMeier(among.map((drawn) => observe(drawn, 'first_call')));
    for (const [horizon, time] of Object.entries(HORIZONS)) {
      const point = curve.points.findLast((each) => each.time <= time);
      const error = point ? standardError(point) : null;
      const known = truth.shareWithin('first_call', time, who);
      const off = ((shareWithin(curve, time)?.share ?? 0) - known) / (error ?? 0);
      tell(`${name} ${horizon}`, { n: among.length, truth: known.toFixed(4), off: off.toFixed(2) });
      expect(Math.abs(off), `${name} ${horizon}`).toBeLessThan(3);
    }
  };
  for (const who of segments) {
    const [key, value] = Object.entries(who)[0] ?? ['all', ''];
    const among = everybody.filter(
      ({ developer }) => !value || Object.entries(developer).some(([k, v]) => k === key && v === value),
    );
    compare(`${key} ${value}`, who, among);
  }
  for (const goal of goals)
    compare(
      goal,
      {},
      everybody.filter(({ developer }) => developer.goal === goal),
    );
});

test('the 95 % limits hold the truth as often as they say, also while most are still waiting', () => {
  const replicates = WANTED || 100;
  const asOf = BEGIN + 12 * DAY_MS;
  const known = {
    'F(24 h)': truth.shareWithin('first_call', DAY_MS),
    'F(7 d)': truth.shareWithin('first_call', 7 * DAY_MS),
    'quarter has called': truth.timeOf('first_call', 0.25) ?? 0,
    'median to a key': truth.timeOf('credential', 0.5) ?? 0,
  };
  const hits: Record<string, number> = {};
  const note = (
    name: keyof typeof known,
    band: Band | { lower: number | null; upper: number | null } | null | undefined,
  ) => {
    const [lower, upper] = [band?.lower ?? Number.POSITIVE_INFINITY, band?.upper ?? Number.POSITIVE_INFINITY];
    hits[name] = (hits[name] ?? 0) + Number(lower <= known[name] && known[name] <= upper);
  };
  for (let seed = 1; seed <= replicates; seed += 1) {
    const cohort = [...simulate(PLAIN, { seed, developers: 400, begin: BEGIN, end: asOf })];
    const curve = kaplanMeier(cohort.map((drawn) => observe(drawn, 'first_call', asOf)));
    for (const [name, time] of Object.entries(HORIZONS))
      note(name as keyof typeof known, shareWithin(curve, time)?.band);
    note('quarter has called', quantile(curve, 0.25));
    note('median to a key', median(kaplanMeier(cohort.map((drawn) => observe(drawn, 'credential', asOf)))));
  }
  tell('coverage', { replicates, ...hits });
  for (const hit of Object.values(hits)) expectShare(hit / replicates, replicates, 0.95, [0.93, 0.97]);
});

test('of two segments that are the same, the log-rank test calls five in a hundred different', () => {
  const replicates = isFull ? 10_000 : 1_000;
  let positive = 0;
  for (let seed = 1; seed <= replicates; seed += 1) {
    const groups: [Observation[], Observation[]] = [[], []];
    for (const drawn of draw(100_000 + seed, 120))
      groups[drawn.developer.index % 2]?.push(observe(drawn, 'first_call'));
    if ((logRank(groups)?.p ?? 1) < 0.05) positive += 1;
  }
  tell('log-rank', { replicates, positive });
  expectShare(positive / replicates, replicates, 0.05, [0.04, 0.06]);
});

test('the effect of a nudge, by intention to treat, is within its limits as often as they say', () => {
  const replicates = WANTED || 100;
  const runs = Array.from({ length: replicates }, (_, run) =>
    [...draw(200_000 + run, isFull ? 1_500 : 600)].flatMap((drawn) => potentialOutcomes(PLAIN, drawn) ?? []),
  );
  const all = runs.flat();
  const known =
    all.reduce((sum, { without, withNudge }) => sum + Number(withNudge) - Number(without), 0) / all.length;
  const hits = runs.filter((run) => {
    const arm = (name: string) => run.filter((each) => each.arm === name);
    const [nudged, held] = [arm('nudged'), arm('holdout')];
    const effect = newcombe(
      { k: nudged.filter(({ withNudge }) => withNudge).length, n: nudged.length },
      { k: held.filter(({ without }) => without).length, n: held.length },
    );
    return effect && effect.band.lower <= known && known <= effect.band.upper;
  }).length;
  tell('nudges', { replicates, stalled: all.length / replicates, effect: known, hits });
  expectShare(hits / replicates, replicates, 0.95, [0.93, 0.97]);
});

describe('the milestone lab', () => {
  const seeds = isFull ? 100 : 8;
  const found = { picked: 0, planted: 0, decoys: 0, closer: 0 };
  const odds = { crude: 0, adjusted: 0 };

  test('finds the planted milestone and not the decoy', () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const rows = [...draw(seed, 4_000)].map((drawn) => toLabRow(PLAIN, BEGIN, drawn));
      const { findings, pick } = searchMilestones(rows);
      const planted = findings.find(
        ({ candidate: { action, by, atLeast, withinDays } }) =>
          action === PLANTED &&
          by === 'times' &&
          atLeast === PLAIN.retention.ahaSuccesses &&
          withinDays === 7,
      );
      if (!planted) throw new Error('The planted milestone is not in the grid');
      if (pick?.candidate === planted.candidate && pick.verdict === 'validated') found.picked += 1;
      if (planted.missing.length === 0) found.planted += 1;
      if (findings.some(({ candidate, missing }) => candidate.action === DECOY && missing.length === 0))
        found.decoys += 1;
      const compared = compareOddsRatios(planted.candidate, rows);
      const [crude, adjusted] = [compared?.crude.oddsRatio ?? 0, compared?.adjusted?.oddsRatio ?? 0];
      odds.crude += Math.log(crude) / seeds;
      odds.adjusted += Math.log(adjusted) / seeds;
      const off = (ratio: number) => Math.abs(Math.log(ratio / truth.oddsRatio));
      if (off(adjusted) < off(crude)) found.closer += 1;
    }
    tell('lab', { seeds, ...found, crude: Math.exp(odds.crude), adjusted: Math.exp(odds.adjusted) });
    expect(found.planted).toBeGreaterThanOrEqual(0.95 * seeds);
    expect(found.picked).toBeGreaterThanOrEqual(0.95 * seeds);
    expect(found.decoys).toBeLessThanOrEqual(0.1 * seeds);
  });

  test('comes nearer to the planted odds ratio by comparing like with like', () => {
    expect(found.closer).toBeGreaterThanOrEqual(0.95 * seeds);
    expect(odds.adjusted).toBeLessThan(odds.crude);
  });
});
