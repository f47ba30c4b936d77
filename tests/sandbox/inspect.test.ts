import { format as nodeFormat, inspect as nodeInspect } from 'node:util';
import { expect, test } from 'vitest';
import { format, inspect } from '../../sandbox/frame/runtime/inspect.ts';

class Point {
  x = 1;
}

test.each([
  [1],
  [-0],
  ['text'],
  ["it's"],
  [true],
  [null],
  [undefined],
  [12n],
  [Symbol('s')],
  [[]],
  [{}],
  [[1, 'a', null]],
  [{ a: 1, 'b-c': { d: [1, { e: { f: 1 } }] } }],
  [new Map([['a', 1]])],
  [new Set([1, 'b'])],
  [new Point()],
  [new Date(0)],
  [/x/g],
  [Object.create(null)],
  [new Uint8Array([1, 2])],
  [function named() {}],
  [Point],
  [{ long: 'x'.repeat(40), other: 'y'.repeat(40) }],
])('%o is shown as in Node', (value) => {
  expect(inspect(value)).toBe(nodeInspect(value));
});

test.each([
  [['plain', 1, { a: 1 }]],
  [['%s is %d years, %i, %f', 'Ada', '36', 36.6, '1.5']],
  [['%j', { a: 1 }]],
  [['100%', 1]],
  [['%s']],
  [[{ a: 1 }, 'b']],
  [['%%', 1]],
  [[]],
])('console.log(%j) prints as in Node', (values) => {
  expect(format(values)).toBe(nodeFormat(...values));
});

test('a circle is named, and getters are not called', () => {
  const circle: Record<string, unknown> = { name: 'a' };
  circle.self = circle;
  Object.defineProperty(circle, 'late', {
    enumerable: true,
    get: () => {
      throw new Error('called');
    },
  });
  expect(inspect(circle)).toBe("{ name: 'a', self: [Circular], late: [Getter] }");
});

test('an error keeps its cause and its own fields', () => {
  const error = Object.assign(new Error('no', { cause: new Error('why') }), { code: 'X' });
  const text = inspect(error, ({ name, message }) => `${name}: ${message}`);
  expect(text).toBe("Error: no {\n  code: 'X',\n  [cause]: Error: why\n}");
});
