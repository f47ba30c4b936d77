import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWorkerMessage } from '../../sandbox/frame/protocol.ts';

const request = { method: 'GET', url: 'https://api.test/v1', headers: [['accept', 'x']], body: null };

describe('a message from the worker', () => {
  test('is taken when it is one of ours and of this run', () => {
    const output = { type: 'output', runId: 'r', chunks: [{ stream: 'stdout', text: 'hi' }] };
    expect(parseWorkerMessage(output, 'r')).toEqual(output);
    const asked = { type: 'request', runId: 'r', id: 1, request };
    expect(parseWorkerMessage(asked, 'r')).toEqual(asked);
    const exit = {
      type: 'exit',
      runId: 'r',
      exitCode: 1,
      droppedBytes: 0,
      error: { message: 'm', file: 'f', line: 2 },
    };
    expect(parseWorkerMessage(exit, 'r')).toEqual(exit);
    expect(parseWorkerMessage({ type: 'ready' }, undefined)).toEqual({ type: 'ready' });
  });

  test.each([
    { type: 'output', runId: 'other', chunks: [] },
    { type: 'output', chunks: [] },
    { type: 'output', runId: 'r', chunks: [{ stream: 'html', text: '<b>' }] },
    { type: 'output', runId: 'r', chunks: [{ stream: 'stdout', text: 'x'.repeat(4_000_001) }] },
    { type: 'output', runId: 'r', chunks: { length: 1 } },
    { type: 'request', runId: 'r', id: 0, request },
    { type: 'request', runId: 'r', id: 1.5, request },
    { type: 'request', runId: 'r', id: 1, request: { ...request, url: 'x'.repeat(9_000) } },
    { type: 'request', runId: 'r', id: 1, request: { ...request, headers: [['a']] } },
    { type: 'request', runId: 'r', id: 1, request: { ...request, body: 'text' } },
    { type: 'request', runId: 'r', id: 1, request: { ...request, headers: Array(101).fill(['a', 'b']) } },
    { type: 'exit', runId: 'r', exitCode: 256, droppedBytes: 0 },
    { type: 'exit', runId: 'r', exitCode: 0, droppedBytes: -1 },
    { type: 'constructor', runId: 'r' },
    { type: '__proto__', runId: 'r' },
    { type: 'run', runId: 'r' },
    null,
    'exit',
    [],
  ])('is refused: %j', (message) => {
    expect(parseWorkerMessage(message, 'r')).toBeNull();
  });

  test('never throws, whatever it is, and keeps nothing that was smuggled along', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom('output', 'request', 'abort', 'exit'), (junk, type) => {
        parseWorkerMessage(junk, 'r');
        parseWorkerMessage(
          { type, runId: 'r', id: junk, request: junk, chunks: junk, exitCode: junk, error: junk },
          'r',
        );
      }),
    );
    const smuggled = { type: 'abort', runId: 'r', id: 1, secret: true };
    expect(parseWorkerMessage(smuggled, 'r')).toEqual({ type: 'abort', runId: 'r', id: 1 });
  });
});
