import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateKey, hashKey, keyFlaw, keyHint } from '../../../src/features/credentials/key-format.ts';

const key = fc
  .constantFrom('test', 'live')
  .map((environment) => generateKey('fc', environment as 'test' | 'live'));

test('every key that is generated has the right form', () => {
  fc.assert(
    fc.property(key, (generated) => {
      expect(generated).toMatch(/^fc_(test|live)_[0-9A-Za-z]{36}$/);
      expect(keyFlaw('fc', generated)).toBeNull();
    }),
  );
});

test('any one wrong character is noticed', () => {
  const place = fc.nat({ max: 35 });
  const character = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
  fc.assert(
    fc.property(key, place, character, (generated, at, wrong) => {
      const start = 'fc_test_'.length + at;
      fc.pre(generated[start] !== wrong);
      const typo = generated.slice(0, start) + wrong + generated.slice(start + 1);
      expect(keyFlaw('fc', typo)).toBe('checksum');
    }),
  );
});

test('nothing else passes for a key', () => {
  fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => keyFlaw('fc', text) !== null));
  expect(keyFlaw('fc', 'sk_test_x')).toBe('prefix');
  expect(keyFlaw('fc', 'fc_prod_x')).toBe('environment');
  expect(keyFlaw('fc', 'fc_')).toBe('environment');
  expect(keyFlaw('fc', 'fc_test_')).toBe('length');
});

test('the hint shows the last four characters and the hash none', () => {
  const generated = generateKey('fc', 'test');
  expect(keyHint(generated)).toBe(`fc_test_…${generated.slice(-4)}`);
  expect(hashKey(generated)).toMatch(/^[\w-]{43}$/);
  expect(hashKey(generated)).not.toBe(hashKey(generateKey('fc', 'test')));
});
