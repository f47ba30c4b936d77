import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/day.ts';
import { type DefinitionBody, parseDefinition } from '../../../src/features/milestones/definition-schema.ts';
import { findSpells, type LiveCall, type LiveDay } from '../../../src/features/milestones/live-detector.ts';
import { explainWindow, sayMissing } from '../../../src/features/milestones/live-words.ts';
import { definition, definitionFile } from './definition.ts';

const rule = definition.body.live;
const HOUR = 3_600_000;

/** Calls on days of the year, an hour apart: `ok`, `error` and `throttled` by the letters o, e and t. */
function callsOn(days: Record<number, string>): LiveCall[] {
  const outcomes = { o: 'success', e: 'error', t: 'throttled' } as const;
  return Object.entries(days).flatMap(([day, letters]) =>
    [...letters].map((letter, n) => ({
      at: Number(day) * DAY_MS + n * HOUR,
      outcome: outcomes[letter as 'o'],
    })),
  );
}

/** Counted by day, as the portal does. */
async function spellsOf(days: Record<number, string>, now = 400 * DAY_MS) {
  const calls = callsOn(days);
  const byDay = Map.groupBy(calls, ({ at }) => Math.floor(at / DAY_MS));
  const counted: LiveDay[] = [...byDay].map(([day, of]) => {
    const successes = of.filter(({ outcome }) => outcome === 'success').map(({ at }) => at);
    return {
      day,
      successes: successes.length,
      errors: of.filter(({ outcome }) => outcome === 'error').length,
      firstSuccessAt: successes[0] ?? null,
      lastSuccessAt: successes.at(-1) ?? null,
    };
  });
  const spells = await findSpells({ rule, days: counted, callsOf: async (day) => byDay.get(day) ?? [], now });
  return spells.map(({ reachedAt, since, lapsedAt }) => ({
    reached: reachedAt / DAY_MS,
    since: since / DAY_MS,
    lapsed: lapsedAt === null ? null : lapsedAt / DAY_MS,
  }));
}
const now = 30 * DAY_MS;

describe('an integration is live', () => {
  test('at the twentieth success on the third day, and since the first of them', async () => {
    const found = await spellsOf({ 10: 'oooooooooo', 11: 'ooooo', 15: 'oooooo' }, now);
    expect(found).toEqual([{ reached: 15 + 4 / 24, since: 10, lapsed: null }]);
  });

  test('not with nineteen, not on two days, and not when the first day is over 14 days ago', async () => {
    expect(await spellsOf({ 10: 'oooooooooo', 11: 'ooooo', 15: 'oooo' }, now)).toEqual([]);
    expect(await spellsOf({ 10: 'oooooooooooo', 11: 'oooooooooooo' }, now)).toEqual([]);
    expect(await spellsOf({ 10: 'oooooooooo', 11: 'ooooo', 24: 'oooooo' }, now)).toEqual([]);
    expect(await spellsOf({ 10: 'oooooooooo', 11: 'ooooo', 23: 'oooooo' }, now)).toHaveLength(1);
  });

  test('only while fewer than a fifth of the calls fail; being rate-limited is no failure', async () => {
    const fifth = { 10: 'oooooooooo', 11: 'oooooeeeee', 12: 'ooooo' };
    expect(await spellsOf(fifth, now)).toEqual([]);
    expect(await spellsOf({ ...fifth, 12: 'oooooo' }, now)).toMatchObject([{ reached: 12 + 5 / 24 }]);
    expect(await spellsOf({ 10: 'oooooooooo', 11: 'ooooottttt', 12: 'ooooo' }, now)).toHaveLength(1);
  });

  test('at a failing call, when what had spoken against it is over 14 days ago', async () => {
    const days = { 9: 'eeeeee', 10: 'oooooooooo', 11: 'ooooo', 12: 'oooooo', 23: 'e' };
    expect(await spellsOf(days, now)).toMatchObject([{ reached: 23, since: 10 }]);
  });

  test('until 30 days without a success; then a new spell begins with new days', async () => {
    const days = {
      10: 'oooooooooo',
      11: 'oooooooooo',
      12: 'o',
      50: 'oooooooooo',
      51: 'oooooooooo',
      52: 'oo',
    };
    expect(await spellsOf(days, 60 * DAY_MS)).toEqual([
      { reached: 12, since: 10, lapsed: 42 },
      { reached: 52, since: 50, lapsed: null },
    ]);
    expect(await spellsOf({ ...days, 41: 'o' }, 60 * DAY_MS)).toMatchObject([{ reached: 12, lapsed: null }]);
    expect(await spellsOf({ 10: 'oooooooooo', 11: 'oooooooooo', 12: 'o' }, 42 * DAY_MS)).toMatchObject([
      { lapsed: 42 },
    ]);
    expect(await spellsOf({ 10: 'oooooooooo', 11: 'oooooooooo', 12: 'o' }, 42 * DAY_MS - 1)).toMatchObject([
      { lapsed: null },
    ]);
  });
});

describe('what is missing', () => {
  test('is said condition by condition', () => {
    const conditions = explainWindow(rule, { successes: 12, days: 2, errors: 4, since: 0 });
    expect(conditions.map(({ met, sentence }) => [met, sentence.replaceAll('\u00a0', ' ')])).toEqual([
      [false, '12 of 20 successful calls with a live key, 8 to go'],
      [false, '2 of 3 different days (UTC) with a success, 1 to go'],
      [false, '25 % of the calls failed; less than 20 % may fail'],
    ]);
    expect(sayMissing(conditions)).toMatch(/^12 of 20 .*; 2 of 3 .*; 25/);
  });

  test('is nothing when all is met, and a share of nothing is not a share', () => {
    expect(sayMissing(explainWindow(rule, { successes: 25, days: 3, errors: 0, since: 0 }))).toBeNull();
    expect(explainWindow(rule, { successes: 0, days: 0, errors: 0, since: null })[2]).toMatchObject({
      met: false,
      have: null,
      sentence: 'No calls yet, of which less than 20\u00a0% may fail',
    });
  });
});

describe('a mistake in content/onboarding/milestones.yaml', () => {
  test.each([
    [
      'a share above one',
      (body: DefinitionBody) => (body.live.error_share = 20),
      /live\.error_share: must be at most 1/,
    ],
    [
      'more days than the window has',
      (body) => (body.live.days = 15),
      /live\.days: must not be more than window_days/,
    ],
    ['a lapse within the window', (body) => (body.live.lapse_days = 7), /live\.lapse_days: must not be less/],
    [
      'an address for a domain',
      (body) => body.excluded_developers.email_domains.push('a@example.com'),
      /email_domains\.0: must be a domain/,
    ],
    ['a misspelt field', (body) => Object.assign(body, { lives: 9 }), /the file: Unrecognized key: "lives"/],
  ] as [string, (body: DefinitionBody) => unknown, RegExp][])('is named: %s', (_, change, message) => {
    const body = definitionFile();
    change(body);
    expect(() => parseDefinition(body)).toThrow(message);
  });
});
