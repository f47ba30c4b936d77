import { describe, expect, test } from 'vitest';
import { differences } from '../../sandbox/expectations.ts';
import { readSample, sampleNames } from '../../sandbox/read-sample.ts';
import { assembleSample } from '../../sandbox/sample.ts';

const manifest = `title: T
summary: S
languages:
  - { id: typescript, label: TypeScript, folder: node, entry: index.ts, files: [index.ts], command: node index.ts }
env: { RELAY_URL: api_origin }
recorded: recorded.json
expect: { exit_code: 0, requests: [] }
`;
const recorded = JSON.stringify({
  recorded_at: '2026-11-21T12:00:00.000Z',
  language: 'typescript',
  exit_code: 0,
  duration_ms: 1,
  stdout: '',
  stderr: '',
  requests: [],
});
const files = { 'sample.yaml': manifest, 'recorded.json': recorded, 'node/index.ts': 'console.log(1)\n' };

describe('a sample', () => {
  test.each(sampleNames())('%s holds together', (name) => {
    const sample = readSample(name);
    const [first] = sample.languages;
    const { language, exit_code: exitCode, stdout, requests } = sample.recorded;
    expect(language).toBe(first?.id);
    expect(differences(sample.expect, language, { exitCode, stdout, requests })).toEqual([]);
    expect(JSON.stringify(sample)).not.toMatch(/[a-z]+_(test|live)_[0-9A-Za-z]{36}/);
  });

  test('is a manifest and the files it names', () => {
    expect(assembleSample('s', files).languages[0]?.texts).toEqual([
      { path: 'index.ts', text: 'console.log(1)\n' },
    ]);
  });

  test.each([
    [
      'a file that is not there',
      { 'node/index.ts': undefined },
      /sandbox\/samples\/s\/node\/index.ts is missing/,
    ],
    ['no manifest', { 'sample.yaml': undefined }, /sandbox\/samples\/s\/sample.yaml is missing/],
    ['an unknown field', { 'sample.yaml': `${manifest}colour: red` }, /Unrecognized key: "colour"/],
    [
      'an entry outside its files',
      { 'sample.yaml': manifest.replace('entry: index.ts', 'entry: main.ts') },
      /typescript starts main.ts, which is not among its files/,
    ],
    [
      'a path that leaves the folder',
      { 'sample.yaml': manifest.replace('files: [index.ts]', 'files: [../x.ts]') },
      /must be a relative path/,
    ],
    ['a recording that is not one', { 'recorded.json': '{}' }, /recorded.json:/],
  ])('with %s says what to mend', (_, change, message) => {
    const changed = Object.fromEntries(
      Object.entries({ ...files, ...change }).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string',
      ),
    );
    expect(() => assembleSample('s', changed)).toThrow(message);
  });
});
