import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cohortWeek } from '../../../src/features/insights/cohort-week.ts';
import { goldenCase, goldenIds } from './golden.ts';

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);

test('iso-weeks', () => {
  expect(goldenIds('iso_week')).toEqual(['iso-weeks']);
  const { input, expected } = goldenCase<{ dates: string[] }, string[]>('iso-weeks');
  expect(input.dates.map((date) => cohortWeek(at(date), 'UTC').label)).toEqual(expected);
});

describe('zones', () => {
  test('one moment lies in different weeks, and years', () => {
    const moment = at('2027-01-03T20:00:00Z');
    expect(cohortWeek(moment, 'America/New_York').label).toBe('2026-W53');
    expect(cohortWeek(moment, 'Pacific/Auckland').label).toBe('2027-W01');
    expect(cohortWeek(at('2027-01-01T12:00:00Z'), 'Europe/Berlin').label).toBe('2026-W53');
  });

  test.each([
    ['spring', '2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-W13', '2026-03-22T23:00:00Z', 167],
    ['autumn', '2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-W43', '2026-10-18T22:00:00Z', 169],
    [
      'half an hour',
      '2026-04-05T12:00:00Z',
      'Australia/Lord_Howe',
      '2026-W14',
      '2026-03-29T13:00:00Z',
      168.5,
    ],
    ['no change', '2026-07-15T12:00:00Z', 'Asia/Kathmandu', '2026-W29', '2026-07-12T18:15:00Z', 168],
  ])('%s: %s in %s', (_name, moment, zone, label, start, hours) => {
    const week = cohortWeek(at(moment), zone);
    expect(week).toMatchObject({ label, start: at(start) });
    expect((week.end - week.start) / HOUR).toBe(hours);
  });

  test('a Monday without a midnight begins at one', () => {
    // Clocks in Morocco went forward at 00:00 of Monday, 1 June 2009.
    const week = cohortWeek(at('2009-06-03T12:00:00Z'), 'Africa/Casablanca');
    expect(week).toMatchObject({ label: '2009-W23', start: at('2009-06-01T00:00:00Z') });
    expect((week.end - week.start) / HOUR).toBe(167);
    const before = cohortWeek(week.start - 1, 'Africa/Casablanca');
    expect(before).toMatchObject({ label: '2009-W22', end: week.start });
  });

  test('a week in which a day was left out', () => {
    // Samoa had no Friday, 30 December 2011.
    const week = cohortWeek(at('2011-12-29T12:00:00Z'), 'Pacific/Apia');
    expect((week.end - week.start) / HOUR).toBe(144);
  });
});

describe('edges', () => {
  test.each(['', 'Nowhere/Town', '2026-01-01T00:00Z', '+02:00', '-0500', 'Europe/Berlin '])(
    '%o is no zone',
    (zone) => {
      expect(() => cohortWeek(0, zone)).toThrow(RangeError);
    },
  );

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15])('%d is no date', (instant) => {
    expect(() => cohortWeek(instant, 'UTC')).toThrow(RangeError);
  });

  test('a moment may have a fraction', () => {
    expect(cohortWeek(0.5, 'UTC')).toEqual(cohortWeek(0, 'UTC'));
  });
});

test('weeks follow each other without a gap, and every moment lies in its own', () => {
  const instant = fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'Africa/Casablanca',
    'America/Sao_Paulo',
    'Asia/Beirut',
    'Asia/Tehran',
    'Pacific/Apia',
    'America/St_Johns',
  );
  fc.assert(
    fc.property(instant, zone, (date, name) => {
      const week = cohortWeek(date.getTime(), name);
      expect(week.start).toBeLessThanOrEqual(date.getTime());
      expect(week.end).toBeGreaterThan(date.getTime());
      expect(cohortWeek(week.start, name)).toEqual(week);
      const after = cohortWeek(week.end, name);
      expect(after.start).toBe(week.end);
      expect(after.label > week.label).toBe(true);
    }),
  );
});
