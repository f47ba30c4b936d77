import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cumulativeIncidence, incidenceWithin } from '../../../src/features/insights/competing-risks.ts';
import { logRank } from '../../../src/features/insights/log-rank.ts';
import {
  kaplanMeier,
  median,
  type Observation,
  shareWithin,
} from '../../../src/features/insights/survival.ts';
import { censored, EXACT_UP_TO, waitingTimes } from '../../../src/features/insights/waiting-times.ts';
import { columnsOf, type Told } from './columns.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const everyone = (developers: readonly Told[]) => Uint32Array.from(developers, (_, at) => at);

test('who has not got there waits until now, who went is neither, who got there before the clock counts as 0', () => {
  const developers: Told[] = [
    { t0: 0, first_call: 2 * HOUR },
    { t0: 0 },
    { t0: 0, ended: 3 * HOUR },
    { t0: 5 * HOUR, first_call: 4 * HOUR },
    { t0: 0, first_call: 11 * HOUR },
    { t0: 20 * HOUR, first_call: 21 * HOUR },
  ];
  const clock = { from: 't0', to: 'first_call' } as const;
  const told = waitingTimes(columnsOf(developers), everyone(developers), clock, 10 * HOUR);
  expect(told).toEqual({
    n: 5,
    events: 2,
    closed: 1,
    negative: 1,
    observations: [
      { time: 2 * HOUR, cause: 'event' },
      { time: 10 * HOUR, cause: null },
      { time: 3 * HOUR, cause: 'closed' },
      { time: 0, cause: 'event' },
      { time: 10 * HOUR, cause: null },
    ],
  });
});

test('from a step on, only those who reached it are on the clock', () => {
  const developers: Told[] = [{ t0: 0, credential: HOUR, first_call: 3 * HOUR }, { t0: 0 }];
  const clock = { from: 'credential', to: 'first_call' } as const;
  expect(waitingTimes(columnsOf(developers), everyone(developers), clock, DAY)).toMatchObject({
    n: 1,
    observations: [{ time: 2 * HOUR, cause: 'event' }],
  });
});

/** More than are told apart, with the ends of the days that are asked about among their times. */
function crowd(seed: number): Told[] {
  const times = fc.sample(
    fc.record({
      t0: fc.integer({ min: 0, max: 60 * DAY }),
      took: fc.oneof(
        fc.integer({ min: 0, max: 30 * DAY }),
        fc.constantFrom(DAY, DAY + 1, 7 * DAY, 21 * DAY, 0),
      ),
      what: fc.constantFrom('called', 'called', 'waits', 'went'),
    }),
    { numRuns: EXACT_UP_TO + 500, seed },
  );
  return times.map(({ t0, took, what }) => ({
    t0,
    ...(what === 'called' && { first_call: t0 + took }),
    ...(what === 'went' && { ended: t0 + took }),
  }));
}

test('of a crowd that is told together the shares are exact where they are asked for, and medians within 1 %', () => {
  const developers = crowd(1);
  const columns = columnsOf(developers);
  const clock = { from: 't0', to: 'first_call' } as const;
  const together = waitingTimes(columns, everyone(developers), clock, 90 * DAY);
  expect(together.observations.length).toBeLessThan(5_000);
  const halves = [everyone(developers).subarray(0, 15_000), everyone(developers).subarray(15_000)];
  const apart = halves.flatMap((half) => waitingTimes(columns, half, clock, 90 * DAY).observations);
  expect(apart.length).toBe(developers.length);
  const observations = (all: typeof apart): Observation[] =>
    all.map(({ cause, ...watched }) => ({ ...watched, event: cause === 'event' }));
  const [grouped, single] = [kaplanMeier(censored(together)), kaplanMeier(observations(apart))];
  expect([grouped.n, grouped.events]).toEqual([single.n, single.events]);
  const [own, exact] = [median(grouped).estimate ?? 0, median(single).estimate ?? 0];
  expect(Math.abs(own / exact - 1)).toBeLessThan(0.01);
  for (const days of [1, 7, 21]) {
    const [a, b] = [shareWithin(grouped, days * DAY), shareWithin(single, days * DAY)];
    // Within a bucket who left is still at risk; the share itself is one of the same developers.
    expect(a?.share).toBeCloseTo(b?.share ?? 0, 3);
    const incidence = [together.observations, apart].map((all) =>
      incidenceWithin(cumulativeIncidence(all, 'event'), days * DAY),
    );
    expect(incidence[0]?.share).toBeCloseTo(incidence[1]?.share ?? 0, 3);
  }
});

const observation = fc.record({
  time: fc.integer({ min: 0, max: 20 }),
  event: fc.boolean(),
  count: fc.integer({ min: 1, max: 4 }),
});
const repeat = (all: readonly Required<Pick<Observation, 'time' | 'event' | 'count'>>[]): Observation[] =>
  all.flatMap(({ count, ...one }) => new Array<Observation>(count).fill(one));

test('developers who are told together weigh as much as each by themselves', () => {
  fc.assert(
    fc.property(fc.array(observation, { minLength: 1 }), fc.array(observation, { minLength: 1 }), (a, b) => {
      const [grouped, single] = [kaplanMeier(a), kaplanMeier(repeat(a))];
      expect(grouped).toEqual(single);
      const toCause = (all: Observation[]) =>
        all.map(({ event, ...one }) => ({ ...one, cause: event ? 'event' : null }));
      expect(cumulativeIncidence(toCause(a), 'event')).toEqual(
        cumulativeIncidence(toCause(repeat(a)), 'event'),
      );
      expect(logRank([a, b])).toEqual(logRank([repeat(a), repeat(b)]));
    }),
  );
});
