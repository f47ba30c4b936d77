import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import {
  decodeShare,
  encodeShare,
  MAX_CODE_BYTES,
  MAX_LINK_CHARS,
  SHARE_PREFIX,
} from '../../../src/components/sandbox/share/share-link.ts';

const PATHS = ['index.ts', 'message.ts'];
const SAMPLES = [{ name: 'first-call', languages: [{ id: 'typescript', paths: PATHS }] }];
const shared = (text: string, path = 'message.ts') => ({
  sample: 'first-call',
  language: 'typescript',
  files: [{ path, text }],
});
/** Any sequence of code units, halves of characters too. */
const anyText = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
const KEY = `fc_test_${'aB3'.repeat(12)}`;

/** A link that a stranger made by hand, with everything right but what it carries. */
function forge(content: unknown, { raw = false, address = '1/first-call/typescript' } = {}): string {
  const bytes = raw ? (content as Uint8Array) : new TextEncoder().encode(JSON.stringify(content));
  return seal(Buffer.from(deflateSync(bytes, { level: 9 })).toString('base64url'), address);
}

function seal(packed: string, address = '1/first-call/typescript'): string {
  let hash = 0x811c9dc5;
  for (const char of packed) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return `${SHARE_PREFIX}${address}/${packed}/${(hash >>> 0).toString(36)}`;
}

function fragmentOf(text: string): string {
  const encoded = encodeShare(shared(text));
  if (!encoded.ok) throw new Error(encoded.reason);
  return encoded.fragment;
}

describe('a link', () => {
  test('brings back any text, character by character', () => {
    const file = fc.record({ path: fc.constantFrom(...PATHS), text: anyText });
    const files = fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1 });
    fc.assert(
      fc.property(files, (given) => {
        const code = { ...shared(''), files: given };
        const encoded = encodeShare(code);
        expect(encoded.ok && decodeShare(encoded.fragment, SAMPLES)).toEqual({ ok: true, code });
      }),
    );
  });

  test('needs no escaping, and ends in what no chat program cuts off', () => {
    const text = 'const a = "ä€😀";\n'.repeat(40);
    expect(fragmentOf(text)).toMatch(/^#code=1\/first-call\/typescript\/[\w-]+\/[0-9a-z]+$/);
    expect(new URL(`https://example.com/${fragmentOf(text)}`).hash).toBe(fragmentOf(text));
  });

  test('holds what a sample grows to, and says when it does not', () => {
    // Nothing that compression could find: half the bits of each step of a generator.
    let seed = 1;
    const digit = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return ((seed >>> 16) % 36).toString(36);
    };
    const random = (length: number) => Array.from({ length }, digit).join('');
    expect(encodeShare(shared(random(4_000))).ok).toBe(true);
    expect(encodeShare(shared(random(20_000)))).toEqual({ ok: false, reason: 'too_large' });
    expect(encodeShare(shared('x'.repeat(MAX_CODE_BYTES)))).toEqual({ ok: false, reason: 'too_large' });
  });

  test('never carries a key, in neither direction', () => {
    expect(encodeShare(shared(`Bearer ${KEY}`))).toEqual({ ok: false, reason: 'key' });
    expect(decodeShare(forge([['index.ts', KEY]]), SAMPLES)).toEqual({ ok: false, reason: 'key' });
    const escaped = new TextEncoder().encode(`[["index.ts","${KEY.replace('_', '\\u005f')}"]]`);
    expect(decodeShare(forge(escaped, { raw: true }), SAMPLES)).toEqual({ ok: false, reason: 'key' });
    expect(encodeShare(shared('fc_test_YOUR_KEY_IS_ADDED_BY_THE_PAGE')).ok).toBe(true);
    expect(encodeShare(shared('const fc_test_key = process.env.RELAY_API_KEY')).ok).toBe(true);
  });
});

describe('a stranger’s link', () => {
  test('is never an exception', () => {
    const garbage = fc.oneof(
      fc.string(),
      anyText.map((text) => SHARE_PREFIX + text),
      fc.base64String().map((text) => seal(text)),
      fc.uint8Array().map((bytes) => forge(bytes, { raw: true })),
      fc.json().map((json) => forge(JSON.parse(json))),
      fc.array(fc.tuple(fc.string(), fc.anything())).map((pairs) => forge(JSON.parse(JSON.stringify(pairs)))),
    );
    fc.assert(
      fc.property(garbage, (fragment) => {
        const decoded = decodeShare(fragment, SAMPLES);
        if (decoded.ok) for (const { path } of decoded.code.files) expect(PATHS).toContain(path);
        else expect(decoded.reason).toEqual(expect.any(String));
      }),
      { numRuns: 2_000 },
    );
  });

  test('that lost or changed a character on its way is not half read', () => {
    const whole = fragmentOf('console.log("hello");\n'.repeat(8));
    const start = whole.lastIndexOf('/', whole.lastIndexOf('/') - 1) + 1;
    for (let at = start; at < whole.length; at += 1) {
      const other = whole[at] === 'A' ? 'B' : 'A';
      expect(decodeShare(whole.slice(0, at), SAMPLES)).toEqual({ ok: false, reason: 'malformed' });
      expect(decodeShare(whole.slice(0, at) + other + whole.slice(at + 1), SAMPLES).ok).toBe(false);
    }
  });

  test.each([
    '../../etc/passwd',
    '/etc/passwd',
    'index.ts/../x',
    'INDEX.TS',
    'package.json',
    '__proto__',
    '',
  ])('may not bring a file called “%s”', (name) => {
    expect(
      decodeShare(
        forge([
          ['index.ts', ''],
          [name, ''],
        ]),
        SAMPLES,
      ),
    ).toEqual({ ok: false, reason: 'file', name });
  });

  test.each([
    ['no files', []],
    ['an object', { 'index.ts': '' }],
    ['a text that is none', [['index.ts', 1]]],
    ['a pair too long', [['index.ts', '', '']]],
    [
      'a file twice',
      [
        ['index.ts', 'a'],
        ['index.ts', 'b'],
      ],
    ],
    ['nothing', null],
  ])('with %s is malformed', (_what, content) => {
    expect(decodeShare(forge(content), SAMPLES)).toEqual({ ok: false, reason: 'malformed' });
  });

  test('does not unfold to more than the limit', () => {
    const bomb = forge(new Uint8Array(5_000_000).fill(32), { raw: true });
    expect(bomb.length).toBeLessThan(MAX_LINK_CHARS);
    expect(decodeShare(bomb, SAMPLES)).toEqual({ ok: false, reason: 'too_large' });
    expect(decodeShare(seal('A'.repeat(MAX_LINK_CHARS + 1)), SAMPLES)).toEqual({
      ok: false,
      reason: 'too_large',
    });
  });

  // A pattern that goes back over what it has read would take longer for these than a test may.
  test('made to be slow to look through is answered', () => {
    for (const text of ['a'.repeat(60_000), 'a_test_'.repeat(8_000), '[['.repeat(30_000)]) {
      expect(decodeShare(forge([['index.ts', text]]), SAMPLES).ok).toBeTypeOf('boolean');
      expect(decodeShare(forge(new TextEncoder().encode(text), { raw: true }), SAMPLES).ok).toBe(false);
    }
  });

  test('names what this page does not have', () => {
    const to = (address: string) => decodeShare(forge([['index.ts', '']], { address }), SAMPLES);
    expect(to('1/other/typescript')).toEqual({ ok: false, reason: 'sample', name: 'other' });
    expect(to('1/first-call/ruby')).toEqual({ ok: false, reason: 'language', name: 'ruby' });
    expect(to('2/first-call/typescript')).toEqual({ ok: false, reason: 'version' });
    expect(to('/first-call/typescript')).toEqual({ ok: false, reason: 'malformed' });
  });
});
