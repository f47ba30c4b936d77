import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fillWords, parsePath } from '../../../src/features/milestones/path-schema.ts';

const file = () => parse(readFileSync('content/onboarding/goals.yaml', 'utf8'));

describe('content/onboarding/goals.yaml', () => {
  test('has words for all four steps, in the order a developer takes them', () => {
    expect(parsePath(file()).steps.map(({ id }) => id)).toEqual([
      'first_call',
      'own_machine',
      'keep_it',
      'go_live',
    ]);
  });

  test('sends every goal to a page of the docs', () => {
    const { goals, next_when_skipped } = parsePath(file());
    for (const { href } of [...goals.map(({ next }) => next), next_when_skipped]) {
      expect(() => readFileSync(`content/docs${href.replace(/\/$/, '')}.mdx`), href).not.toThrow();
    }
  });

  test('uses only placeholders that are filled', () => {
    const facts = {
      method: 'POST',
      route: '/v1/messages',
      status: 201,
      duration: '7 ms',
      keys_expire: 'Friday',
      live_missing: '2 of 3 days',
      live_since: 'Monday',
      lapsed_at: 'Sunday',
    };
    for (const { todo, todo_with_key = '', done, lapsed = '' } of parsePath(file()).steps) {
      expect(todo).not.toContain('{');
      expect(fillWords(todo_with_key + done + lapsed, facts)).not.toContain('{');
    }
  });
});

describe('a mistake in the file', () => {
  test.each([
    [
      'a step is missing',
      (path: ReturnType<typeof file>) => path.steps.pop(),
      /steps: must be exactly first_call/,
    ],
    [
      'a goal leads to another site',
      (path) => (path.goals[0].next.href = 'https://x.example'),
      /goals\.0\.next\.href: must be a path/,
    ],
    ['an id has capitals', (path) => (path.goals[0].id = 'Alerts'), /goals\.0\.id: must be lower-case/],
    ['a field is misspelt', (path) => (path.reson = 'x'), /the file: Unrecognized key: "reson"/],
  ] as [string, (path: ReturnType<typeof file>) => unknown, RegExp][])(
    'is named: %s',
    (_, change, message) => {
      const path = file();
      change(path);
      expect(() => parsePath(path)).toThrow(message);
      expect(() => parsePath(path)).toThrow(/^content\/onboarding\/goals\.yaml: /);
    },
  );

  test('that leaves the file empty is named too', () => {
    expect(() => parsePath(null)).toThrow(/goals\.yaml: the file: /);
  });
});

test('a placeholder without a fact stays as it was written', () => {
  expect(fillWords('{method} {route} until {keys_expire}', { method: 'GET' })).toBe(
    'GET {route} until {keys_expire}',
  );
});
