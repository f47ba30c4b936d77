import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference, showUnseen } from '../../../src/components/sandbox/share/difference.ts';
import { sayCounts, sayRefusal } from '../../../src/components/sandbox/share/say-share.ts';

const printed = (before: string, after: string) =>
  difference(before, after).pieces.map((lines) =>
    lines.map(
      ({ kind, number, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${number} ${text}`,
    ),
  );

test('a changed line stands between two of its neighbours, with the numbers of the editor', () => {
  expect(printed('a\nb\nc\nd\ne\nf\ng', 'a\nb\nc\nD\nD2\ne\nf\ng\n')).toEqual([
    [' 2 b', ' 3 c', '-4 d', '+4 D', '+5 D2', ' 6 e', ' 7 f'],
  ]);
});

test('changes far from one another are pieces of their own', () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  const after = lines.with(2, 'x').with(25, 'y').join('\n');
  expect(difference(lines.join('\n'), after)).toMatchObject({ added: 2, removed: 2 });
  expect(printed(lines.join('\n'), after)).toHaveLength(2);
});

test('everything may be gone, or new', () => {
  expect(printed('a\nb', '')).toEqual([['-1 a', '-2 b']]);
  expect(printed('', 'a\nb')).toEqual([['+1 a', '+2 b']]);
});

test('every line that changed is there, and no other is called changed', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', '', '-x', '+y', '\\ No newline at end of file'))
    .map((all) => all.map((one) => `${one}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { pieces, added, removed } = difference(before, after);
      const lines = pieces.flat();
      const old = before.split('\n');
      const now = after.split('\n');
      for (const { kind, number, text } of lines)
        expect((kind === 'removed' ? old : now)[number - 1]).toBe(text);
      expect(added - removed).toBe(now.length - old.length);
      if (before !== after) expect(added + removed).toBeGreaterThan(0);
    }),
  );
});

test('two long texts without a line in common do not hold up the page', () => {
  const text = (word: string) => Array.from({ length: 12_000 }, (_, at) => `${word}${at}`).join('\n');
  const startedAt = performance.now();
  expect(difference(text('a'), text('b'))).toMatchObject({ added: 12_000, removed: 12_000 });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('what would not be seen is written out', () => {
  expect(showUnseen('a\u202eb\tc\u200b')).toEqual([
    { text: 'a', unseen: false },
    { text: 'U+202E', unseen: true },
    { text: 'b\tc', unseen: false },
    { text: 'U+200B', unseen: true },
  ]);
  expect(showUnseen('ä 😀 שלום')).toEqual([{ text: 'ä 😀 שלום', unseen: false }]);
});

test('the sentences are short, whatever the link holds', () => {
  expect(sayCounts({ added: 2, removed: 1 })).toBe('2 lines added, 1 removed');
  expect(sayCounts({ added: 1, removed: 0 })).toBe('1 line added');
  expect(sayCounts({ added: 0, removed: 3 })).toBe('3 lines removed');
  expect(sayRefusal({ reason: 'file', name: `../${'x'.repeat(500)}` })).toHaveLength(115);
  expect(sayRefusal({ reason: 'file', name: 'a\u202e' })).toContain('“aU+202E”');
});
