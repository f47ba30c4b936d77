import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { zipFiles } from '../../../src/components/workspace/download.ts';
import { toTree } from '../../../src/components/workspace/file-tree.ts';
import { sayEngine } from '../../../src/components/workspace/say-engine.ts';

test('files become a tree with the folders first', () => {
  expect(toTree(['index.ts', 'lib/a.ts', 'lib/deep/b.ts', 'z.json'])).toEqual([
    {
      name: 'lib',
      path: 'lib',
      children: [
        { name: 'deep', path: 'lib/deep', children: [{ name: 'b.ts', path: 'lib/deep/b.ts' }] },
        { name: 'a.ts', path: 'lib/a.ts' },
      ],
    },
    { name: 'index.ts', path: 'index.ts' },
    { name: 'z.json', path: 'z.json' },
  ]);
});

describe('the line about the engine', () => {
  const state = { engine: 'embedded', unavailable: [], isEnabled: true, language: 'typescript' };
  test('says nothing of WebContainer where that has no part', () => {
    expect(sayEngine({ ...state, engine: 'python', isEnabled: false, language: 'python' })).toBe(
      'Runs in the portal’s own engine.',
    );
  });
  test('says what WebContainer is and what it is given', () => {
    expect(sayEngine({ ...state, engine: 'webcontainer' })).toContain('a test key of its own');
  });
  test('says why another engine took over', () => {
    const unavailable = [{ engine: 'webcontainer', reason: 'This browser is offline.' }];
    expect(sayEngine({ ...state, unavailable })).toBe(
      'Runs in the portal’s own engine, because WebContainer could not start. This browser is offline.',
    );
  });
  test('says that WebContainer is off, where it is', () => {
    expect(sayEngine({ ...state, isEnabled: false })).toContain('not enabled on this portal');
    expect(sayEngine(state)).toBe('Runs in the portal’s own engine.');
  });
});

test('the zip is a project with the edited files and no key', () => {
  const sample = {
    name: 'first-call',
    title: 'Send',
    env: { RELAY_URL: 'api_origin', RELAY_API_KEY: 'api_key' } as const,
  };
  const language = { id: 'typescript', entry: 'index.ts', command: 'node index.ts' } as const;
  const zip = zipFiles(sample, language, [{ path: 'index.ts', text: 'edited' }], 'http://localhost:4321');
  const files = Object.fromEntries(
    Object.entries(unzipSync(zip)).map(([path, bytes]) => [path, strFromU8(bytes)]),
  );
  expect(files['first-call/index.ts']).toBe('edited');
  expect(files['first-call/.env']).toBe('RELAY_URL=http://localhost:4321\nRELAY_API_KEY=YOUR_TEST_KEY\n');
  expect(files['first-call/run.sh']).toContain('exec node index.ts');
  expect(files['first-call/package.json']).toContain('"type": "module"');
});
