import { describe, expect, test } from 'vitest';
import { checkFiles } from '../../sandbox/check-files.ts';

const entry = 'main.py';
const main = { path: entry, text: 'print(1)' };

describe('the files of a sample', () => {
  test.each(['lib/words.py', 'a-b_c.d.ts', 'deep/er/and/deeper.sh'])('may be called %s', (path) => {
    expect(checkFiles({ entry, files: [main, { path, text: '' }] })).toBeNull();
  });

  test.each([
    '../secret.py',
    'lib/../../secret.py',
    '/etc/passwd',
    'lib//words.py',
    'C:\\words.py',
    '..',
    '',
    'a\nb.py',
    'a\0b.py',
    `${'x'.repeat(300)}.py`,
  ])('may not be called %j', (path) => {
    expect(checkFiles({ entry, files: [main, { path, text: '' }] })?.message).toMatch(
      /cannot be the name of a file here.+\.$/,
    );
  });

  test('may have 1 MB each, and a larger one is named with its size', () => {
    expect(checkFiles({ entry, files: [{ path: entry, text: 'x'.repeat(1_000_000) }] })).toBeNull();
    expect(checkFiles({ entry, files: [main, { path: 'data.py', text: 'x'.repeat(5_000_000) }] })).toEqual({
      message: 'data.py has 5.0 MB; a file of a sample may have 1 MB.',
      file: 'data.py',
    });
  });

  test('are a hundred at most, and have the one that is started among them', () => {
    const many = Array.from({ length: 101 }, (_, at) => ({ path: `f${at}.py`, text: '' }));
    expect(checkFiles({ entry: 'f0.py', files: many })?.message).toBe(
      'The sample has 101 files, and may have 100.',
    );
    expect(checkFiles({ entry, files: [] })?.message).toBe('The sample has no file main.py.');
  });
});
