import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandFor, fillCommand } from '../../../src/components/onboarding/commands.ts';

const env = { RELAY_URL: 'api_origin', RELAY_API_KEY: 'api_key' } as const;
const file = (path: string) => readFileSync(`sandbox/samples/first-call/${path}`, 'utf8');
const facts = { api_origin: 'http://localhost:4321', api_key: 'fc_test_abc' };

test('a shell sample becomes its settings and its own lines, without the one that names the shell', () => {
  const language = {
    id: 'curl' as const,
    label: 'curl',
    folder: 'curl',
    entry: 'send.sh',
    files: ['send.sh'],
    command: 'sh send.sh',
    texts: [{ path: 'send.sh', text: file('curl/send.sh') }],
  };
  const command = fillCommand(commandFor({ name: 'first-call', env }, language), facts);
  const [url, key, ...program] = command.split('\n');
  expect(url).toBe('export RELAY_URL=http://localhost:4321');
  expect(key).toBe('export RELAY_API_KEY=fc_test_abc');
  expect(`#!/bin/sh\n${program.join('\n')}\n`).toBe(file('curl/send.sh'));
});

test('a program of several files is written to a folder as it is, then started as its manifest says', () => {
  const language = {
    id: 'typescript' as const,
    label: 'TypeScript',
    folder: 'node',
    entry: 'index.ts',
    files: ['index.ts', 'message.ts'],
    command: 'node index.ts',
    texts: ['index.ts', 'message.ts'].map((path) => ({ path, text: file(`node/${path}`) })),
  };
  const command = commandFor({ name: 'first-call', env }, language);
  for (const path of language.files) {
    expect(command).toContain(
      `cat > first-call/${path} <<'END_OF_FILE'\n${file(`node/${path}`)}END_OF_FILE\n`,
    );
  }
  expect(command.endsWith('\n(cd first-call && node index.ts)')).toBe(true);
});

test('a key is never taken for a replacement pattern', () => {
  expect(fillCommand('key={{api_key}}', { ...facts, api_key: '$&$1' })).toBe('key=$&$1');
});
