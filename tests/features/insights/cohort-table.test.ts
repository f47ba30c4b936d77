import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COHORT_STEPS, cohortTable, HORIZONS } from '../../../src/features/insights/cohort-table.ts';
import { parseInsightsQuery } from '../../../src/features/insights/insights-query.ts';
import { selectDevelopers } from '../../../src/features/insights/select-developers.ts';
import { NOON } from '../../support/portal.ts';
import { columnsOf, type Told } from './columns.ts';
import { anyWay, numbersIn, way } from './ways.ts';

const DAY = 24;
const DAYS = HORIZONS.map(({ days }) => days);
const repeat = (n: number, one: Told) => Array.from({ length: n }, () => one);

function table(
  developers: readonly Told[],
  search = '',
  step: (typeof COHORT_STEPS)[number] = 'first_call',
  zone?: string,
) {
  const columns = columnsOf(developers);
  const query = parseInsightsQuery(new URLSearchParams(search));
  return cohortTable({ columns, query, asOf: NOON, ...selectDevelopers(columns, query, NOON) }, step, zone);
}

test('a horizon counts to its last millisecond, and no further', () => {
  const t0 = -40 * DAY;
  const { rows } = table([
    way({ credential: t0, first_call: t0 + 24 }),
    way({ credential: t0, first_call: t0 + 24 + 1 / 3_600_000 }),
    way({ credential: t0, first_call: t0 + 21 * DAY }),
    way({ credential: t0, first_call: t0 + 21 * DAY + 1 / 3_600_000 }),
    way({ credential: t0 }),
  ]);
  const row = rows.find(({ n }) => n > 0);
  expect(row?.label).toBe('2026-W42');
  expect(DAYS).toEqual([1, 2, 3, 7, 14, 21]);
  expect(row?.cells.map(({ k }) => k)).toEqual([1, 2, 2, 2, 2, 3]);
});

test('a cell is final once the last moment of its week lies as far back as the horizon', () => {
  // Saturday noon: the week before ended 5.5 days ago.
  const [now, last, before] = table([way({ credential: -12 * DAY })]).rows;
  expect(now).toBeDefined();
  expect(now?.cells.map(({ mature }) => mature)).toEqual([false, false, false, false, false, false]);
  expect(last?.cells.map(({ mature }) => mature)).toEqual([true, true, true, false, false, false]);
  expect(before).toBeUndefined();
});

test('of few nothing is shown, of some the count, of thirty the share; weeks are weighted by n in the mean', () => {
  const weeks = [way({ credential: -30 * DAY, first_call: -30 * DAY }), way({ credential: -37 * DAY })];
  const [first, second] = weeks as [Told, Told];
  const { rows, mean } = table([
    ...repeat(30, first),
    ...repeat(10, second),
    ...repeat(4, way({ credential: -44 * DAY })),
  ]);
  const shown = rows.filter(({ n }) => n > 0).map(({ cells }) => cells[0]?.shows);
  expect(shown).toEqual(['share', 'count', 'nothing']);
  expect(mean[0]).toEqual({ k: 30, n: 44, mature: true, shows: 'share' });
  // 21 days have not passed for a week that ended 26 days ago? They have.
  expect(mean[5]?.n).toBe(44);
});

test('sixteen weeks without gaps, and from where there are earlier ones', () => {
  const developers = [way({ credential: -1 }), way({ credential: -300 * DAY })];
  const { rows, n, earlier } = table(developers);
  expect(rows).toHaveLength(16);
  expect(rows.map(({ label }) => label).slice(0, 3)).toEqual(['2026-W47', '2026-W46', '2026-W45']);
  expect(n).toBe(1);
  expect(earlier).toBe((rows.at(-1)?.start ?? 0) - 1);
  const asked = table(developers, 'from=2026-01-01');
  expect(asked.rows.length).toBeGreaterThan(40);
  expect(asked).toMatchObject({ n: 2, earlier: null });
});

test('a week that the chosen days cut is marked', () => {
  const { rows } = table([way({ credential: -10 * DAY })], 'from=2026-11-11&to=2026-11-15');
  expect(rows).toMatchObject([{ label: '2026-W46', cut: true, n: 1 }]);
});

test('a week begins on Monday in the zone asked for', () => {
  // Monday, 16 November, 00:30 in Berlin is Sunday in UTC.
  const developer = { t0: Date.UTC(2026, 10, 15, 23, 30) };
  expect(table([developer]).rows.at(-1)?.label).toBe('2026-W46');
  expect(table([developer], '', 'first_call', 'Europe/Berlin').rows.at(-1)?.label).toBe('2026-W47');
});

test('nobody, everybody excluded and a cohort of the future: no row', () => {
  for (const developers of [[], [way({ credential: -1 }, { excluded: true })], [way({ credential: 9 })]]) {
    expect(table(developers)).toMatchObject({ rows: [], n: 0, earlier: null });
  }
});

test('whatever the history: counts grow with age, are never more than n, and nothing is NaN or infinite', () => {
  fc.assert(
    fc.property(
      fc.array(anyWay, { maxLength: 60 }),
      fc.constantFrom('', 'from=2026-06-03', 'to=2026-09-09', 'from=2030-01-01'),
      fc.constantFrom(...COHORT_STEPS),
      (developers, search, step) => {
        const found = table(developers, search, step);
        for (const number of numbersIn(found)) expect(number).toSatisfy(Number.isFinite);
        for (const { cells, n } of found.rows) {
          const counts = cells.map(({ k }) => k);
          expect(counts).toEqual(counts.toSorted((a, b) => a - b));
          for (const cell of cells)
            expect(cell).toSatisfy(({ k }: typeof cell) => cell.n === n && k >= 0 && k <= n);
        }
      },
    ),
  );
});
