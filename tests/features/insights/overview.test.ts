import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cumulativeIncidence, incidenceWithin } from '../../../src/features/insights/competing-risks.ts';
import { attain, overview, summarise } from '../../../src/features/insights/overview.ts';
import { readInsights } from '../../../src/features/insights/read-insights.ts';
import { TO_FIRST_CALL } from '../../../src/features/insights/time-to-first-call.ts';
import { REACHED, waitingTimes } from '../../../src/features/insights/waiting-times.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal } from '../../support/portal.ts';
import { type Told, told } from './columns.ts';
import { developer, everyNumber } from './histories.ts';
import { writeHistory } from './history.ts';

const DAY = 24 * HOUR;
/** Monday of the week in which NOON, a Saturday, lies. */
const MONDAY = Date.UTC(2026, 10, 16);

const look = (developers: readonly Told[], { asOf = NOON, search = '', zone = 'UTC' } = {}) =>
  summarise(told(developers, asOf, search), zone);

test('the activation rate is of those who have been here for 7 days, the last moment included', () => {
  const { activation } = look([
    { t0: NOON - 8 * DAY, first_call: NOON - 8 * DAY + 7 * DAY },
    { t0: NOON - 8 * DAY, first_call: NOON - 8 * DAY + 7 * DAY + 1 },
    { t0: NOON - 7 * DAY },
    { t0: NOON - 7 * DAY + 1, first_call: NOON - 6 * DAY },
  ]);
  expect(activation).toMatchObject({ developers: 4, count: { k: 1, n: 3 } });
  expect(activation.share?.share).toBeCloseTo(1 / 3, 12);
});

test('a week is final once its last developer could have been here for 7 days', () => {
  const { weeks } = look([
    { t0: MONDAY - 14 * DAY, first_call: MONDAY - 13 * DAY },
    { t0: MONDAY - 7 * DAY, first_call: MONDAY - 6 * DAY },
    { t0: MONDAY - 7 * DAY },
    { t0: MONDAY - 1 },
    { t0: MONDAY },
  ]).activation;
  expect(weeks).toHaveLength(12);
  expect(weeks.map(({ week }) => week.label).slice(-3)).toEqual(['2026-W45', '2026-W46', '2026-W47']);
  expect(weeks.slice(-3)).toMatchObject([
    { developers: 1, count: { k: 1, n: 1 }, mature: true },
    // Sunday's developer has not been here for 7 days: the share is of the other two, the estimate of all three.
    { developers: 3, count: { k: 1, n: 2 }, mature: false, share: { share: 0.5 } },
    { developers: 1, count: { k: 0, n: 0 }, mature: false, share: null, estimate: null },
  ]);
  expect(weeks[10]?.estimate).toBeCloseTo(1 / 3, 12);
});

test('of a final week the estimate with everybody in it is the share itself, also where somebody went', () => {
  fc.assert(
    fc.property(fc.array(developer, { maxLength: 60 }), (developers) => {
      const asOf = 60 * DAY;
      const { columns, places } = told(developers, asOf);
      for (const { week, mature, estimate } of look(developers, { asOf }).activation.weeks) {
        const own = places.filter(
          (at) => (columns.t0[at] ?? 0) >= week.start && (columns.t0[at] ?? 0) < week.end,
        );
        if (!mature || own.length === 0) continue;
        const { observations } = waitingTimes(columns, own, TO_FIRST_CALL, asOf);
        const incidence = incidenceWithin(cumulativeIncidence(observations, REACHED), 7 * DAY);
        if (incidence) expect(estimate).toBeCloseTo(incidence.share, 9);
      }
    }),
  );
});

test('weeks begin on Monday of the workspace’s own zone', () => {
  // Sunday evening in London is Monday morning in Auckland, thirteen hours ahead.
  const developers = [{ t0: MONDAY - 2 * HOUR }];
  const filled = (zone: string) =>
    look(developers, { zone }).activation.weeks.find((week) => week.developers === 1)?.week.label;
  expect([filled('Europe/London'), filled('Pacific/Auckland')]).toEqual(['2026-W46', '2026-W47']);
});

test('the trend ends with the last day that is asked for', () => {
  const { weeks } = look([], { search: 'to=2026-10-04' }).activation;
  expect(weeks.at(-1)?.week.label).toBe('2026-W40');
});

test('time to value: everybody’s share against the target, and no median before half have called', () => {
  const called = Array.from({ length: 40 }, (_, i) => ({
    t0: NOON - 30 * DAY,
    first_call: NOON - 30 * DAY + i,
  }));
  const waiting = Array.from({ length: 60 }, () => ({ t0: NOON - 30 * DAY }));
  const { firstCall, live, activators } = look([...called, ...waiting]);
  expect(firstCall).toMatchObject({
    n: 100,
    events: 40,
    attainment: 'unsettled',
    median: { estimate: null },
  });
  expect(firstCall.within?.share).toBeCloseTo(0.4, 12);
  expect(live).toMatchObject({ n: 100, events: 0, within: { share: 0, band: null }, attainment: 'missed' });
  // The same people, without those who wait: a median of 19.5 ms.
  expect(activators).toEqual({ withinMs: 14 * DAY, followed: 100, activated: 40, median: 19.5 });
});

test('those activated are of cohorts that have had their 14 days, and took no longer', () => {
  const t0 = NOON - 20 * DAY;
  const { activators } = look([
    { t0, first_call: t0 + DAY },
    { t0, first_call: t0 + 3 * DAY },
    { t0, first_call: t0 + 15 * DAY },
    { t0: NOON - 13 * DAY, first_call: NOON - 13 * DAY },
  ]);
  expect(activators).toMatchObject({ followed: 3, activated: 2, median: 2 * DAY });
});

test('a target is met or missed with the whole interval, and without one by the share', () => {
  const target = { withinMs: DAY, share: 0.5 };
  const of = (share: number, lower: number, upper: number) =>
    attain({ share, band: { lower, upper } }, target);
  expect([of(0.6, 0.5, 0.7), of(0.6, 0.45, 0.7), of(0.4, 0.3, 0.5), of(0.4, 0.3, 0.49)]).toEqual([
    'met',
    'unsettled',
    'unsettled',
    'missed',
  ]);
  expect(attain({ share: 1, band: null }, target)).toBe('met');
  expect(attain(null, target)).toBeNull();
});

test('whatever happened, in any zone, no figure is NaN or infinite', () => {
  fc.assert(
    fc.property(
      fc.array(developer, { maxLength: 60 }),
      fc.integer({ min: 0, max: 60 * DAY }),
      fc.constantFrom('UTC', 'America/St_Johns', 'Pacific/Apia'),
      fc.constantFrom('', 'to=1970-01-05', 'from=2100-01-01', 'channel=nobody'),
      (developers, asOf, zone, search) => {
        const report = look(developers, { asOf, zone, search });
        expect(everyNumber(report).filter((value) => !Number.isFinite(value))).toEqual([]);
        const { count, weeks } = report.activation;
        expect(count.k).toBeLessThanOrEqual(count.n);
        expect(count.n).toBeLessThanOrEqual(report.developers);
        // Twelve weeks are more than all who began within 40 days; where they end early, fewer.
        const inWeeks = weeks.reduce((sum, week) => sum + week.developers, 0);
        if (search !== 'to=1970-01-05') expect(inWeeks).toBe(report.developers);
      },
    ),
  );
});

onEachDatabase('the overview', (database) => {
  test('counts who is live and who was, of those the address asks for, and who is left out of everything', async () => {
    const { portal } = await startPortal(database);
    const { db } = portal.ctx;
    await writeHistory(db, NOON, [
      { id: 'dev_a', t0: -48, firstCall: 1, ownMachine: 2, live: 12 },
      { id: 'dev_b', t0: -48, firstCall: 1, live: 12 },
      { id: 'dev_c', t0: -48 },
      { id: 'dev_x', t0: -48, firstCall: 0, live: 12, excluded: 'bot' },
      { id: 'dev_pm', t0: null, excluded: 'staff' },
    ]);
    await db.updateTable('developer').set({ channel: 'github' }).where('id', '=', 'dev_a').execute();
    for (const [id, lapsedAt] of [
      ['dev_a', null],
      ['dev_b', NOON - HOUR],
      ['dev_x', null],
    ] as const) {
      const unknown = {
        first_attempt_at: null,
        first_call_at: null,
        first_own_call_at: null,
        last_call_at: null,
        last_success_at: null,
        last_error_at: null,
        check_at: null,
      };
      await db
        .insertInto('developer_state')
        .values({
          developer_id: id,
          revision: 1,
          definition: portal.definition.version,
          calls: 3,
          excluded_calls: 2,
          live_reached_at: NOON - 36 * HOUR,
          live_since: NOON - 40 * HOUR,
          live_lapsed_at: lapsedAt,
          ...unknown,
        })
        .execute();
    }
    const ask = async (search: string) =>
      overview(await readInsights(portal, new URLSearchParams(search)), portal.ctx);
    expect(await ask('')).toMatchObject({
      developers: 3,
      called: 2,
      calledFromOwnMachine: 1,
      liveNow: { now: 1, lapsed: 1 },
      // Somebody of the staff who never began would be in no figure anyway.
      excluded: [{ reason: 'bot', n: 1 }],
      excludedCalls: 6,
    });
    expect((await ask('channel=github')).liveNow).toEqual({ now: 1, lapsed: 0 });
    expect((await ask('channel=unknown')).liveNow).toEqual({ now: 0, lapsed: 1 });
    expect((await ask('from=2026-11-21')).liveNow).toEqual({ now: 0, lapsed: 0 });
    expect((await ask('to=2026-11-18')).liveNow).toEqual({ now: 0, lapsed: 0 });
  });
});
