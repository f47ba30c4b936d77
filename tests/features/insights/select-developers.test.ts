import { expect, test } from 'vitest';
import { toCsv } from '../../../src/features/insights/csv.ts';
import { parseInsightsQuery, queryString } from '../../../src/features/insights/insights-query.ts';
import { segmentsOf, selectDevelopers, valuesOf } from '../../../src/features/insights/select-developers.ts';
import { columnsOf, type Told } from './columns.ts';

const DAY = 86_400_000;
const DEVELOPERS: Told[] = [
  { t0: 0, channel: 'github', goal: 'alerts' },
  { t0: DAY, channel: 'github' },
  { t0: 2 * DAY, channel: 'ads', goal: 'alerts' },
  { t0: 2 * DAY, channel: 'github', excluded: true },
  { t0: 30 * DAY, channel: 'ads' },
];
const columns = columnsOf(DEVELOPERS);
const select = (search: string, asOf = 10 * DAY) => {
  const { places, excluded } = selectDevelopers(
    columns,
    parseInsightsQuery(new URLSearchParams(search)),
    asOf,
  );
  return { places: [...places], excluded };
};

test.each([
  ['', { places: [0, 1, 2], excluded: 1 }],
  ['channel=github', { places: [0, 1], excluded: 1 }],
  ['channel=github&goal=alerts', { places: [0], excluded: 0 }],
  ['goal=unknown', { places: [1], excluded: 1 }],
  ['channel=nothing%20like%20it', { places: [], excluded: 0 }],
  ['from=1970-01-02&to=1970-01-02', { places: [1], excluded: 0 }],
  ['from=2031-01-01', { places: [], excluded: 0 }],
])('“%s” finds those it names, of those who began', (search, expected) => {
  expect(select(search)).toEqual(expected);
});

test('who begins after the moment that is asked about has not begun', () => {
  expect(select('', 30 * DAY).places).toEqual([0, 1, 2, 4]);
});

test.each([
  ['from=yesterday', /“yesterday” is no day/],
  ['to=2026-02-31x', /is no day/],
  ['from=1970-01-05&to=1970-01-02', /comes before/],
  ['by=shoe_size', /cannot be compared by “shoe_size”/],
  [`goal=${'x'.repeat(200)}`, /too long/],
])('“%s” is answered with a sentence', (search, sentence) => {
  expect(parseInsightsQuery(new URLSearchParams(search)).complaints).toEqual([
    expect.stringMatching(sentence),
  ]);
});

test('the address of a question asks the same again', () => {
  const search = '?channel=a%26b&goal=alerts&by=channel&from=2026-01-01&to=2026-03-31';
  const query = parseInsightsQuery(new URLSearchParams(search));
  expect(parseInsightsQuery(new URLSearchParams(queryString(query)))).toEqual(query);
  expect(queryString(query, { channel: null, goal: null, by: null, from: null, to: null })).toBe('');
});

test('segments hold everybody once, the largest first, and those of whom it is not known', () => {
  const everybody = Uint32Array.of(0, 1, 2, 4);
  expect(segmentsOf(columns, everybody, 'channel').map(({ value, places }) => [value, [...places]])).toEqual([
    ['github', [0, 1]],
    ['ads', [2, 4]],
  ]);
  expect(valuesOf(columns, everybody, 'goal')).toEqual([
    { value: 'unknown', n: 2 },
    { value: 'alerts', n: 2 },
  ]);
});

test('a table as a file keeps what a cell holds, and lets no spreadsheet run it', () => {
  const rows = [
    ['a,b', 1, null],
    ['say "x"', 0.5, 'two\nlines'],
    ['=cmd|calc', -1, '+1'],
  ];
  expect(toCsv(['name', 'n', 'note'], rows)).toBe(
    'name,n,note\r\n"a,b",1,\r\n"say ""x""",0.5,"two\nlines"\r\n\'=cmd|calc,-1,\'+1\r\n',
  );
});
