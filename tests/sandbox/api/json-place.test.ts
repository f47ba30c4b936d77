import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOfBreak } from '../../../sandbox/api/json-place.ts';

const parses = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['', 0],
  ['{"to": "a",}', 11],
  ['{"to": ada}', 7],
  ["{'to': 1}", 1],
  ['{"a": 01}', 6],
  ['{"a": 1 "b": 2}', 8],
  ['["a\nb"]', 3],
  ['{"a": tru}', 6],
  ['{"a": 1}}', 8],
  ['[1, 2', 5],
  ['[}', 1],
])('%j breaks at %i', (text, place) => {
  expect(placeOfBreak(text)).toBe(place);
});

test('it breaks exactly where the engine says it breaks, or not at all', () => {
  const characters = fc.constantFrom(...'{}[]:,"\\ \n01-.eEtruefalsnx\u0000');
  const text = fc.oneof(
    fc.array(characters, { maxLength: 12 }).map((list) => list.join('')),
    fc
      .tuple(fc.json(), fc.nat(40), characters)
      .map(([json, at, char]) => json.slice(0, at) + char + json.slice(at + 1)),
    fc.json(),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      expect(placeOfBreak(candidate) === undefined).toBe(parses(candidate));
    }),
    { numRuns: 5000 },
  );
});
