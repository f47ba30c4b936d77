import { expect, test } from 'vitest';
import { sayResult, saySize } from '../../../src/components/sandbox/say-run.ts';

test.each([
  [812, '812 bytes'],
  [45_000, '45 kB'],
  [99_900_000, '99.9 MB'],
])('%d bytes are said as %s', (bytes, text) => {
  expect(saySize(bytes)).toBe(text);
});

test.each([
  [{ status: 'succeeded', exitCode: 0 }, 'Exit code 0.', 'ok'],
  [{ status: 'failed', exitCode: 1 }, 'Exit code 1.', 'fail'],
  [{ status: 'failed', exitCode: null }, 'Ended.', 'fail'],
  [{ status: 'cancelled', exitCode: null }, 'Stopped after 0.5 s.', 'wait'],
  [
    { status: 'timed_out', exitCode: null },
    'Stopped: it was still running after 30 s, the limit here.',
    'wait',
  ],
] as const)('%j reads %s', (result, text, tone) => {
  expect(sayResult({ ...result, durationMs: 500, droppedBytes: 0 }, { timeoutMs: 30_000 })).toEqual({
    text,
    tone,
  });
});

test('what was cut is said', () => {
  const result = { status: 'succeeded', exitCode: 0, durationMs: 4_200, droppedBytes: 2_000_000 } as const;
  expect(sayResult(result, { timeoutMs: 1 }).text).toBe(
    'Exit code 0 after 4.2 s. 2.0 MB of output were not shown.',
  );
});
