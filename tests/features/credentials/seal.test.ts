import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError } from '../../../src/config.ts';
import { createSeal } from '../../../src/features/credentials/seal.ts';

const SECRET = 'fc_test_000000000000000000000000000000000000';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'firstcall-seal-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('a sealed secret opens again, and looks different every time', () => {
  const seal = createSeal({ secretKey: 'x'.repeat(32), dataDir: '/nowhere' });
  const [first, second] = [seal.seal(SECRET, 'cred_1'), seal.seal(SECRET, 'cred_1')];
  expect(seal.open(first, 'cred_1')).toBe(SECRET);
  expect(first).not.toBe(second);
  expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('fc_test');
});

test('it opens for no other key, under no other secret, and not once it was altered', () => {
  const seal = createSeal({ secretKey: 'x'.repeat(32), dataDir: '/nowhere' });
  const sealed = seal.seal(SECRET, 'cred_1');
  expect(seal.open(sealed, 'cred_2')).toBeNull();
  expect(createSeal({ secretKey: 'y'.repeat(32), dataDir: '/nowhere' }).open(sealed, 'cred_1')).toBeNull();
  for (let at = 3; at < sealed.length; at += 1) {
    const altered = sealed.slice(0, at) + (sealed[at] === 'A' ? 'Q' : 'A') + sealed.slice(at + 1);
    expect(seal.open(altered, 'cred_1')).toBeNull();
  }
  for (const broken of ['', 'v1.', 'v2.AAAA', 'v1.AAAA', sealed.slice(0, 40)]) {
    expect(seal.open(broken, 'cred_1')).toBeNull();
  }
});

test('without SECRET_KEY a file in the data folder is made once, which nobody else may read', () => {
  const dataDir = join(folder(), 'data');
  const sealed = createSeal({ secretKey: undefined, dataDir }).seal(SECRET, 'cred_1');
  const before = readFileSync(join(dataDir, 'secret.key'), 'utf8');
  expect(createSeal({ secretKey: undefined, dataDir }).open(sealed, 'cred_1')).toBe(SECRET);
  expect(readFileSync(join(dataDir, 'secret.key'), 'utf8')).toBe(before);
  expect(readdirSync(dataDir)).toEqual(['secret.key']);
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
});

test('where there is no place for it, the start ends with one sentence', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  expect(() => createSeal({ secretKey: undefined, dataDir: join(file, 'data') })).toThrow(ConfigError);
});
