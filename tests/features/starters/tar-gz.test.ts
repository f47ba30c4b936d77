import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tarGz } from '../../../src/features/starters/tar-gz.ts';

test('the machine’s own tar unpacks it, with a key that nobody else may read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = [
    { path: 'main.py', text: `print("${'ä'.repeat(700)}")\n` },
    { path: 'lib/empty.py', text: '' },
    { path: '.env', text: 'A=1\n' },
    { path: 'run.sh', text: 'x'.repeat(512) },
  ];
  execFileSync('tar', ['-xzf', '-', '-C', folder], {
    input: tarGz('starter', files, Date.UTC(2026, 10, 21)),
  });
  for (const { path, text } of files) expect(readFileSync(join(folder, 'starter', path), 'utf8')).toBe(text);
  expect(statSync(join(folder, 'starter/.env')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'starter/run.sh')).mode & 0o100).toBe(0o100);
  expect(statSync(join(folder, 'starter/main.py')).mtime.toISOString()).toBe('2026-11-21T00:00:00.000Z');
});

test('a path that does not fit is the author’s mistake', () => {
  expect(() => tarGz('starter', [{ path: 'x'.repeat(100), text: '' }], 0)).toThrow('too long for a tar');
});
