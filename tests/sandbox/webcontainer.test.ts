import { describe, expect, test } from 'vitest';
import { compiledName, inReadersWords, toTree } from '../../sandbox/engines/webcontainer-files.ts';
import { explainNetworkFailure } from '../../sandbox/engines/webcontainer-network.ts';

test('TypeScript is compiled beside the file it comes from, line for line', () => {
  const tree = toTree([
    {
      path: 'index.ts',
      text: `import type { A } from './a.ts';\nimport { a } from './lib/a.ts';\n\nconst x: A = a;`,
    },
    { path: 'lib/a.ts', text: 'export const a: number = 1;' },
    { path: 'data.json', text: '{}' },
  ]);
  expect(tree).toMatchObject({
    'package.json': { file: { contents: expect.stringContaining('"module"') } },
    'index.ts': { file: { contents: expect.stringContaining('const x: A') } },
    'index.ts.mjs': {
      file: { contents: expect.stringMatching(/^.*\n.*'\.\/lib\/a\.ts\.mjs';\n\nconst x = a;/) },
    },
    lib: { directory: { 'a.ts.mjs': { file: { contents: expect.stringContaining('const a = 1') } } } },
  });
  expect(compiledName('main.js')).toBe('main.js');
});

test('a sample’s own package.json is left alone', () => {
  const tree = toTree([{ path: 'package.json', text: '{"name":"mine"}' }]);
  expect(tree['package.json']).toEqual({ file: { contents: '{"name":"mine"}' } });
});

test('what Node says of its files is said of the reader’s', () => {
  const stack = `file:///home/sandbox/run-3/lib/a.ts.mjs:3:7\n    at main (file:///home/sandbox/run-3/index.ts.mjs:1:1)`;
  expect(inReadersWords(stack, 'run-3')).toBe('lib/a.ts:3:7\n    at main (index.ts:1:1)');
});

describe('a request that did not leave WebContainer', () => {
  test.each(['TypeError: fetch failed', 'Error: socket hang up', 'connect ECONNREFUSED 127.0.0.1:4321'])(
    'is recognised by "%s"',
    (output) => {
      expect(explainNetworkFailure(output, 'https://api.example')).toContain('Access-Control-Allow-Origin');
    },
  );
  test.each([
    'http://localhost:4321',
    'http://127.0.0.1',
    'http://192.168.1.7',
    'http://[::1]:80',
    'http://10.0.0.1',
  ])('to %s is explained by the local network', (origin) => {
    expect(explainNetworkFailure('TypeError: fetch failed', origin)).toContain('local network access');
  });
  test('is not seen where the program failed by itself', () => {
    expect(explainNetworkFailure('Error: 401 Unauthorized', 'https://api.example')).toBeUndefined();
  });
});
