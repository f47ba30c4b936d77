import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, createOutputLimit, cutToBytes } from '../../sandbox/output-limit.ts';

describe('what a run may print', () => {
  test('ends at the limit, both streams together, and the rest is counted', () => {
    const limit = createOutputLimit(10);
    expect(limit.admit({ stream: 'stdout', text: 'hello ' })).toEqual({ stream: 'stdout', text: 'hello ' });
    expect(limit.admit({ stream: 'stderr', text: 'world!' })).toEqual({ stream: 'stderr', text: 'worl' });
    expect(limit.admit({ stream: 'stdout', text: '' })).toBeNull();
    expect(limit.admit({ stream: 'stdout', text: 'x' })).toBeNull();
    expect(limit.droppedBytes).toBe(3);
  });

  test('a shorter chunk does not slip through behind a gap', () => {
    const limit = createOutputLimit(4);
    limit.admit({ stream: 'stdout', text: '12€' });
    expect(limit.admit({ stream: 'stdout', text: '3' })).toBeNull();
    expect(limit.droppedBytes).toBe(4);
  });

  test('nothing is lost between what is shown and what is counted', () => {
    const chunks = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 20 });
    fc.assert(
      fc.property(chunks, fc.nat(300), (texts, limitBytes) => {
        const limit = createOutputLimit(limitBytes);
        const shown = texts.map((text) => limit.admit({ stream: 'stdout', text })?.text ?? '').join('');
        const all = texts.join('');
        expect(all.startsWith(shown)).toBe(true);
        expect(byteLength(shown)).toBeLessThanOrEqual(limitBytes);
        const total = texts.reduce((sum, text) => sum + byteLength(text), 0);
        expect(byteLength(shown) + limit.droppedBytes).toBe(total);
      }),
    );
  });

  test('a character is never cut in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(100), (text, max) => {
        const cut = cutToBytes(text, max);
        expect(text.startsWith(cut)).toBe(true);
        expect(byteLength(cut)).toBeLessThanOrEqual(max);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });
});
