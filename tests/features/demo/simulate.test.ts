import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/day.ts';
import { isSuccess } from '../../../src/features/demo/calls.ts';
import type { Drawn } from '../../../src/features/demo/developer.ts';
import { liveOn } from '../../../src/features/demo/life.ts';
import { potentialOutcomes } from '../../../src/features/demo/nudge.ts';
import { DEMO, PLAIN, type Population, type StepName } from '../../../src/features/demo/population.ts';
import { simulate } from '../../../src/features/demo/simulate.ts';

const BEGIN = Date.UTC(2026, 0, 5);
const END = BEGIN + 120 * DAY_MS;

const draw = (population: Population, developers: number, seed = 1): Drawn[] => [
  ...simulate(population, { seed, developers, begin: BEGIN, end: END }),
];

/** The reaches that the specification of the simulator computed from 400,000 arrivals. */
const REACH: Record<StepName, number> = {
  goal: 0.796,
  credential: 0.602,
  sandbox: 0.439,
  first_call: 0.305,
  own_machine: 0.227,
  claimed: 0.18,
  live_key: 0.109,
  live: 0.079,
};

describe('a simulated population', () => {
  const plain = draw(PLAIN, 20_000);

  test('has as many developers as were asked for, in order, within the days', () => {
    expect(plain).toHaveLength(20_000);
    const times = plain.map(({ developer }) => developer.arrivedAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(BEGIN);
    expect(times.at(-1)).toBeLessThan(END);
  });

  test('reaches its steps as the specification says', () => {
    const visitors = (plain.at(-1)?.developer.index ?? 0) + 1;
    for (const [step, share] of Object.entries(REACH)) {
      const reached = plain.filter(({ developer }) => developer.steps[step as StepName] !== null).length;
      const error = Math.sqrt((share * (1 - share)) / visitors);
      expect(Math.abs(reached / visitors - share), step).toBeLessThan(3 * error + 0.0015);
    }
  });

  test('is busier on working days, by day, and in the hours after a launch', () => {
    const weekend = plain.filter(({ developer }) =>
      [0, 6].includes(new Date(developer.arrivedAt).getUTCDay()),
    );
    expect(weekend.length / plain.length).toBeLessThan(0.2);
    const nights = plain.filter(({ developer: { arrivedAt, offset } }) => {
      const hour = (arrivedAt / 3_600_000 + offset) % 24;
      return hour < 6;
    });
    expect(nights.length / plain.length).toBeLessThan(0.1);
    const launch = plain.filter(({ developer }) => Math.floor((developer.arrivedAt - BEGIN) / DAY_MS) === 31);
    expect(launch.length).toBeGreaterThan((4 * plain.length) / 120);
  });

  test('asks for languages there are and for some there are not; agents are few and fast', () => {
    const languages = new Set(plain.map(({ developer }) => developer.language));
    expect([...languages].sort()).toMatchInlineSnapshot(`
      [
        "curl",
        "go",
        "java",
        "javascript",
        "php",
        "python",
        "ruby",
        "typescript",
      ]
    `);
    const agents = plain.filter(({ developer }) => developer.actor === 'agent');
    expect(agents.length / plain.length).toBeCloseTo(0.12, 1);
    const median = (among: Drawn[]) => {
      const times = among.flatMap(({ developer: { steps, t0 } }) =>
        steps.first_call === null || t0 === null ? [] : [steps.first_call - t0],
      );
      return times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
    };
    expect(median(agents) * 5).toBeLessThan(median(plain));
  });
});

describe('a developer', () => {
  test('is the same however many there are and whoever was asked for before', () => {
    const traits = ({ developer: { channel, occupation, language, steps, arrivedAt }, hidden }: Drawn) => ({
      ...{ channel, occupation, language, z: hidden.z },
      delays: Object.values(steps).map((at) => at && at - arrivedAt),
    });
    expect(draw(PLAIN, 50).map(traits)).toEqual(draw(PLAIN, 400).slice(0, 50).map(traits));
  });

  test('is the same to the byte for a seed, and another for another', () => {
    const digest = (seed: number) => {
      const hash = createHash('sha256');
      for (const drawn of draw(DEMO, 300, seed)) {
        hash.update(JSON.stringify(drawn.developer));
        hash.update(JSON.stringify([...liveOn(DEMO, BEGIN, drawn).calls(END)]));
      }
      return hash.digest('hex').slice(0, 16);
    };
    expect(digest(1)).toMatchInlineSnapshot(`"abacc1c43d2e3f6a"`);
    expect(digest(2)).not.toBe(digest(1));
  });

  test('carries nothing that a portal could not know', () => {
    const [drawn] = draw(PLAIN, 1);
    expect(Object.keys(drawn?.developer ?? {})).not.toContain('z');
    expect(JSON.stringify(drawn?.developer)).not.toContain(String(drawn?.hidden.z));
  });

  test('is pulled along by colleagues who are there already', () => {
    const reached = (each: number) =>
      draw({ ...PLAIN, contagion: { each, most: 4 } }, 4_000).filter(
        ({ developer }) => developer.steps.first_call !== null,
      ).length;
    expect(reached(0.25)).toBeGreaterThan(1.1 * reached(0));
  });
});

describe('calls', () => {
  const lives = draw(DEMO, 1_500, 2).map((drawn) => ({ ...drawn, life: liveOn(DEMO, BEGIN, drawn) }));
  const until = END + 200 * DAY_MS;

  test('come in order, agree with the steps, and show who stayed', () => {
    for (const { developer, life } of lives) {
      const calls = [...life.calls(until)];
      const [t0, { steps }] = [developer.t0 ?? 0, developer];
      expect(calls.map(({ at }) => at)).toEqual(calls.map(({ at }) => at).sort((a, b) => a - b));
      const successes = calls.filter(isSuccess);
      if (steps.first_call !== null) expect(successes[0]?.at).toBe(steps.first_call);
      else expect((successes[0]?.at ?? until) - t0).toBeGreaterThan(7 * DAY_MS);
      const inWeek = successes.filter(({ at }) => at < t0 + 7 * DAY_MS).length;
      expect(life.aha).toBe(inWeek >= 5);
      const stayed = successes.some(({ at }) => at >= t0 + 84 * DAY_MS && at < t0 + 98 * DAY_MS);
      expect(life.retained).toBe(stayed);
    }
  });

  test('fail often in the first hour and seldom later, and more on the day of the outage', () => {
    const shares = { hour: [0, 0], later: [0, 0], outage: [0, 0] };
    for (const { developer, life } of lives) {
      const first = developer.steps.first_call;
      if (first === null) continue;
      for (const call of life.calls(END)) {
        if (call.at <= first || call.status === 429) continue;
        const isOutage = Math.floor((call.at - BEGIN) / DAY_MS) === DEMO.outage?.day;
        const kind = isOutage ? 'outage' : call.at - first < 3_600_000 ? 'hour' : 'later';
        shares[kind][isSuccess(call) ? 0 : 1] = (shares[kind][isSuccess(call) ? 0 : 1] ?? 0) + 1;
      }
    }
    const failing = ([ok = 0, failed = 0]: number[]) => failed / (ok + failed);
    expect(failing(shares.hour)).toBeCloseTo(0.35, 1);
    expect(failing(shares.later)).toBeLessThan(0.06);
    expect(failing(shares.outage)).toBeGreaterThan(0.15);
  });
});

test('a nudge moves some of those who would not have moved, and nobody back', () => {
  const outcomes = draw(PLAIN, 8_000).flatMap((drawn) => potentialOutcomes(PLAIN, drawn) ?? []);
  expect(outcomes.some(({ without, withNudge }) => without && !withNudge)).toBe(false);
  const unmoved = outcomes.filter(({ without }) => !without);
  expect(unmoved.filter(({ withNudge }) => withNudge).length / unmoved.length).toBeCloseTo(0.06, 2);
  expect(outcomes.filter(({ arm }) => arm === 'holdout').length / outcomes.length).toBeCloseTo(0.2, 1);
});
