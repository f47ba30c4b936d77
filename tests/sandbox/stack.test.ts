import { expect, test } from 'vitest';
import { mapMessage, mapStack } from '../../sandbox/frame/runtime/stack.ts';

const files = new Map([
  ['blob:null/11-aa', 'index.ts'],
  ['blob:null/22-bb', 'lib/send.ts'],
]);

test('a trace of Chromium names the sample’s files and nothing of the runtime', () => {
  const stack = [
    'Error: no',
    '    at send (blob:null/22-bb:3:9)',
    '    at async main (blob:null/11-aa:12:3)',
    '    at async blob:null/33-runtime:1:2345',
    '    at new Promise (<anonymous>)',
    '    at blob:null/11-aa:20:1',
  ].join('\n');
  expect(mapStack(stack, files)).toEqual({
    lines: ['    at send (lib/send.ts:3)', '    at async main (index.ts:12)', '    at index.ts:20'],
    top: { file: 'lib/send.ts', line: 3 },
  });
});

test('a trace of Firefox or Safari reads the same', () => {
  const stack = 'send@blob:null/22-bb:3:9\n@blob:null/11-aa:20:1\nrun@blob:null/33-runtime:1:2\n';
  expect(mapStack(stack, files)).toEqual({
    lines: ['    at send (lib/send.ts:3)', '    at index.ts:20'],
    top: { file: 'lib/send.ts', line: 3 },
  });
});

test('a message that merely looks like a trace stays out of it', () => {
  expect(mapStack('Error: at blob:null/99:1:1 it broke', files)).toEqual({ lines: [], top: undefined });
});

test('addresses in a message become files', () => {
  const message = "The requested module 'blob:null/22-bb' does not provide an export named 'x'";
  expect(mapMessage(message, files)).toBe(
    "The requested module './lib/send.ts' does not provide an export named 'x'",
  );
});
