import { expect, test } from 'vitest';
import { linkFiles } from '../../sandbox/frame/runtime/link.ts';
import { SampleFault } from '../../sandbox/frame/runtime/source-file.ts';

/** Links files into `data:` modules, which Node can import too. */
function link(files: Record<string, string>, entry = 'index.ts') {
  const list = Object.entries(files).map(([path, text]) => ({ path, text }));
  return linkFiles(list, entry, {
    toUrl: (code) => `data:text/javascript,${encodeURIComponent(code)}`,
    builtinUrl: (name) => (name === 'path' ? 'node:path' : undefined),
  });
}

function faultOf(files: Record<string, string>) {
  try {
    link(files);
  } catch (error) {
    if (error instanceof SampleFault) return { message: error.message, ...error.place };
    throw error;
  }
  throw new Error('It linked.');
}

test('files that import each other become modules that run', async () => {
  const { entryUrl } = link({
    'index.ts': `import { join } from 'node:path'; import type { T } from './lib/t.ts'; import x, { y } from './lib/x.ts';
      export * from './lib/x.ts'; const t: T = 1; export const result = [join('a', 'b'), x, y, t, (await import("./late.js")).late];`,
    'lib/x.ts': `import { one } from '../one.ts'; export default one + 1; export const y: number = one;`,
    'lib/t.ts': 'export type T = number;',
    'one.ts': 'export const one = 1;',
    'late.js': `export const late = import.meta.url;`,
  });
  const module = await import(entryUrl);
  expect(module.result).toEqual(['a/b', 2, 1, 1, 'file:///late.js']);
});

test('the SDK can be imported by its name, and is not named among the files', async () => {
  const { entryUrl, fileOf } = link({
    'index.ts': `import { Relay, verifyWebhook } from 'relay'; export const made = [typeof Relay, typeof verifyWebhook];`,
  });
  expect((await import(entryUrl)).made).toEqual(['function', 'function']);
  expect([...fileOf.values()]).toContain('node_modules/relay/relay.ts');
  expect(faultOf({ 'index.ts': `import './b.ts'` }).message).toBe(
    "Cannot find './b.ts'. The files here are index.ts.",
  );
});

test('removing types keeps every line where it was', () => {
  const { sources } = link({
    'index.ts': 'interface A {\n  b: string;\n}\nconst x: A = { b: "" };\nthrow x;\n',
  });
  expect(sources.get('index.ts')?.code.split('\n')[4]).toBe('throw x;');
});

test('text in strings and comments is not taken for an import', () => {
  const code = `// import './nowhere.ts'\nconst s = "import './nowhere.ts'"; const t = \`import('./nowhere.ts')\`;`;
  expect(() => link({ 'index.ts': code })).not.toThrow();
});

test.each([
  [{ 'index.ts': `\nimport './b.ts'` }, "Cannot find './b.ts'. The files here are index.ts.", 2],
  [{ 'index.ts': `import './b'`, 'b.ts': '' }, "Cannot find './b'. Write the whole name: './b.ts'.", 1],
  [
    { 'index.ts': `import './index.ts'` },
    'The imports go in a circle (index.ts → index.ts), which this sandbox cannot run.',
    1,
  ],
  [
    { 'index.ts': `import 'node:net'` },
    "'node:net' is not available in this sandbox. On your own machine it would be.",
    1,
  ],
  [
    { 'index.ts': `const n = 'x';\nawait import(n)` },
    'import() needs a plain text in quotes in this sandbox.',
    2,
  ],
  [{ 'index.ts': 'const a = ;' }, 'SyntaxError: Unexpected token', 1],
  [
    { 'index.ts': `import './style.css'`, 'style.css': '' },
    'style.css is not a JavaScript, TypeScript or JSON file, so it cannot be imported.',
    undefined,
  ],
  [
    { 'index.ts': `import d from './d.json'`, 'd.json': '{' },
    expect.stringContaining('d.json is not valid JSON'),
    undefined,
  ],
])('%j is a fault with a sentence', (files, message, line) => {
  expect(faultOf(files)).toMatchObject(line ? { message, line } : { message });
});
