import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the operators’ page lists every variable that the portal reads, and no other', () => {
  const read = readFileSync('src/config.ts', 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+): /gm);
  const listed = readFileSync('content/docs/operators/configure.mdx', 'utf8').matchAll(
    /^\| `([A-Z_]+)` \|/gm,
  );
  const names = (matches: Iterable<RegExpMatchArray>) => [...matches].map((match) => match[1]).sort();
  expect(names(listed)).toEqual(names(read));
});
