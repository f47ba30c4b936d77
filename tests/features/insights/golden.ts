import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

interface GoldenCase<Input, Expected> {
  id: string;
  kind: string;
  input: Input;
  expected: Expected;
  tolerance: number;
}

const golden: { cases: GoldenCase<unknown, unknown>[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/golden-analytics.json', import.meta.url), 'utf8'),
);

export const goldenIds = (...kinds: string[]) =>
  golden.cases.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);

/** Every golden case has a shape of its own: the caller says which. */
export function goldenCase<Input, Expected>(id: string): GoldenCase<Input, Expected> {
  const found = golden.cases.find((each) => each.id === id);
  if (!found) throw new Error(`No golden case ${id}`);
  return found as GoldenCase<Input, Expected>;
}

/** Fractions are printed to eight digits in the fixture, whatever tolerance a case names. */
const PRINTED = 6e-9;

/** The same shape, and every number within the tolerance; null is *not reached* and stays null. */
export function expectNear(actual: unknown, expected: unknown, tolerance = 0) {
  const within = (value: unknown): unknown => {
    if (typeof value === 'number') {
      return expect.toSatisfy(
        (other: unknown) => typeof other === 'number' && Math.abs(other - value) <= tolerance + PRINTED,
        `about ${value}`,
      );
    }
    if (Array.isArray(value)) return value.map(within);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, within(each)]));
    }
    return value;
  };
  expect(actual).toEqual(within(expected));
}
