import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sayQuarter, toMarkdown } from '../../../src/components/insights/say-quarter.ts';
import { parseQuarter } from '../../../src/features/insights/quarter.ts';
import { reportQuarter } from '../../../src/features/insights/quarterly-report.ts';
import { startPortal } from '../../support/portal.ts';
import { columnsOf, type Told } from './columns.ts';

const DAY = 86_400_000;
const Q2 = Date.UTC(2026, 3, 1);
const Q3 = Date.UTC(2026, 6, 1);
const AS_OF = Date.UTC(2026, 10, 1);

async function report(developers: readonly Told[], quarter = '2026-Q3') {
  const { portal } = await startPortal('SQLite');
  const found = parseQuarter(quarter);
  if (!found) throw new Error('no quarter');
  return reportQuarter({ columns: columnsOf(developers), asOf: AS_OF }, portal, found);
}

test('a quarter is told with the one before it, and nobody of another', async () => {
  const developers: Told[] = [
    ...Array.from(
      { length: 20 },
      (_, n): Told => ({ t0: Q3 + n * DAY, first_call: n < 10 ? Q3 + n * DAY + 1_000 : null }),
    ),
    ...Array.from(
      { length: 10 },
      (_, n): Told => ({ t0: Q2 + n * DAY, first_call: n < 2 ? Q2 + n * DAY + 1_000 : null }),
    ),
    { t0: AS_OF - DAY },
    { t0: Q3, excluded: true },
  ];
  const told = await report(developers);
  expect(told.developers).toEqual({ current: 20, previous: 10, excluded: 1 });
  expect(told.final).toBe(true);
  expect(told.activation.current.count).toEqual({ k: 10, n: 20 });
  expect(told.activation.change?.difference).toBeCloseTo(0.3);
  const markdown = toMarkdown('Report of Q3 2026', sayQuarter(told));
  expect(markdown).toContain('50 % made their first call within 7 days of t0: 10 of 20');
  expect(markdown).toMatch(/^# Report of Q3 2026\n\n## Whom it is about/);
});

test.each(['2031-Q1', '1970-Q1'])('a quarter in which nobody began, %s, explains itself', async (quarter) => {
  const markdown = toMarkdown('Report', sayQuarter(await report([{ t0: Q3 }], quarter)));
  expect(markdown).toContain('0 developers began');
  expect(markdown).not.toMatch(/NaN|Infinity|undefined/);
});

test.each(['2026-Q5', 'Q3 2026', '', '2026', "2026-Q1'; drop table"])('“%s” is no quarter', (text) => {
  expect(parseQuarter(text)).toBeNull();
});

test('what a developer’s program wrote does not become a table, a heading or a link', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'|#[](<>`*_a ') }), (text) => {
      const markdown = toMarkdown('t', [
        { title: 'x', sentences: [], table: { head: ['a'], rows: [[text]] } },
      ]);
      const last = markdown.trimEnd().split('\n').at(-1) ?? '';
      expect(last.replace(/\\[^\n]/g, '').match(/[|#[<`*_]/g)).toEqual(['|', '|']);
    }),
  );
});
