import { expect, test } from 'vitest';
import { drawFunnel, ROW } from '../../../src/components/insights/funnel-chart.ts';
import { sayPoints } from '../../../src/components/insights/say.ts';
import {
  sayCell,
  sayDeveloperList,
  sayDifference,
  sayEvent,
  sayFunnel,
  sayLast,
  sayLoss,
  sayOnly,
  sayReached,
  sayStanding,
} from '../../../src/components/insights/say-steps.ts';
import { auditFriction } from '../../../src/features/insights/friction-audit.ts';
import { parseInsightsQuery } from '../../../src/features/insights/insights-query.ts';
import { columnsOf, type Told } from '../../features/insights/columns.ts';
import { way } from '../../features/insights/ways.ts';
import { HOUR, NOON } from '../../support/portal.ts';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

function audit(developers: readonly Told[]) {
  const columns = columnsOf(developers);
  const places = Uint32Array.from(developers.keys());
  return auditFriction({ columns, places, query: parseInsightsQuery(new URLSearchParams()), asOf: NOON });
}

const FOUR = [
  way({ credential: -50, active: -50 }, { errorCode: '<b>no</b>' }),
  way({ credential: -2 }),
  way({ credential: -50, run: -49 }),
  way({ credential: -90, run: -89, live: -60 }),
];

test('a bar is as wide as the share of everybody who got so far, and hatched as far as the bar before', () => {
  const bars = drawFunnel(audit(FOUR));
  expect(bars.map(({ top }) => top / ROW)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(bars.map(({ reached, lost }) => [reached, lost])).toEqual([
    [100, 0],
    [100, 0],
    [100, 0],
    [50, 50],
    [25, 25],
    [25, 0],
    [25, 0],
    [25, 0],
  ]);
  expect(bars[0]?.whisker).toBeNull();
  // Wilson of 2 of 4: 0.15 to 0.85 of a bar that is 100 wide.
  expect(bars[3]?.whisker).toEqual({ from: 15, to: 85 });
});

test('nobody: no bar has a width, and no number is missing', () => {
  const bars = drawFunnel(audit([]));
  for (const bar of bars) expect(bar).toMatchObject({ reached: 0, lost: 0, whisker: null });
  expect(sayFunnel(audit([]))).toBe('Nobody has begun.');
});

test('where most are lost, in words', () => {
  const found = audit(FOUR);
  expect(plain(sayFunnel(found))).toBe(
    '1 of 4 went live (25 %). Most are lost between “Key taken” and “Sample run”: 2.',
  );
  const [first, second] = found.worst;
  expect(first && plain(sayLoss(first))).toBe(
    'Of 4 who got to “Key taken”, 2 stopped there (50 %; 67 % of all losses). 1 of them has done nothing for 48 h or longer; their last error is most often <b>no</b> (1).',
  );
  expect(second && plain(sayLoss(second))).toContain('1 stopped there (50 %; 33 % of all losses)');
});

test('what a link to the list asks for is said', () => {
  const nothing = { did: null, within: null, excluded: false };
  expect(sayOnly(nothing)).toBeNull();
  expect(sayOnly({ ...nothing, excluded: true })).toBe('Only who is in no figure.');
  expect(sayOnly({ ...nothing, did: 'live' })).toBe('Only who went live.');
  expect(plain(sayOnly({ did: 'first_call', within: 1, excluded: true }))).toBe(
    'Only who is in no figure and called within 24 h of t0, of those who have been here for 24 h.',
  );
});

test('differences have a sign, and a missing time is said', () => {
  expect([0.051, -0.124, -0.014, 0.001].map(sayPoints).map(plain)).toEqual([
    '+5 points',
    '−12 points',
    '−1 point',
    '0 points',
  ]);
  expect(plain(sayDifference({ difference: 0.05, band: { lower: -0.02, upper: 0.12 } }))).toBe(
    '+5 points (−2 to +12)',
  );
  expect([sayReached(null), sayReached(0), sayReached(20 * HOUR)]).toEqual([
    'not reached',
    'at once',
    '20 h',
  ]);
});

test('a cell of a cohort: nothing, a count, a count so far, a share', () => {
  const cell = { k: 3, n: 12 };
  expect(sayCell({ ...cell, mature: true, shows: 'nothing' })).toBe('–');
  expect(sayCell({ ...cell, mature: true, shows: 'count' })).toBe('3/12');
  expect(sayCell({ ...cell, mature: false, shows: 'count' })).toBe('3 of 12 so far');
  expect(plain(sayCell({ ...cell, mature: true, shows: 'share' }))).toBe('25 %');
});

test('what somebody did last, and how long nothing has happened', () => {
  expect([sayEvent('call'), sayEvent('429'), sayEvent('constructor')]).toEqual([
    'call that succeeded',
    'call answered with 429',
    null,
  ]);
  expect(sayLast({ lastEvent: 'invalid_to', errorCode: 'invalid_to' })).toBe('call that failed');
  expect(sayLast({ lastEvent: 'sample_run', errorCode: null })).toBe('sample run');
  expect(plain(sayStanding({ idle: 26 * HOUR, waited: 50 * HOUR, kind: 'struggling' }))).toBe(
    '26 h idle, struggling',
  );
  expect(sayStanding({ idle: null, waited: 0, kind: null })).toBeNull();
  expect(sayDeveloperList({ lines: [], lastStoppedFirst: false, total: 1200, next: null })).toBe(
    'Newest first, 1,200 in all.',
  );
});
