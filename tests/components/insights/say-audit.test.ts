import { expect, test } from 'vitest';
import { sayAudit, sayColumns, sayPart, sayRestated } from '../../../src/components/insights/say-audit.ts';
import { completeAt, quarterOf } from '../../../src/features/insights/quarter.ts';
import { auditOf, changeSinceAudit } from '../../../src/features/insights/quarter-audit.ts';
import { compareQuarters } from '../../../src/features/insights/quarter-change.ts';
import { measureQuarter } from '../../../src/features/insights/quarter-findings.ts';
import { columnsOf, type Told } from '../../features/insights/columns.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const Q3 = quarterOf(Date.UTC(2026, 7));
const AS_OF = Date.UTC(2026, 10, 22);
const group = (n: number, t0: number, called: number): Told[] =>
  Array.from({ length: n }, (_, i) => ({ t0, run: t0, ...(i < called && { first_call: t0 }) }));
const taken = (developers: readonly Told[], quarter = Q3) => ({
  quarter: quarter.id,
  takenAt: completeAt(quarter),
  findings: measureQuarter(columnsOf(developers), quarter, 1),
});

const say = (quarter: typeof Q3, asOf: number, developers: number, snapshots = [taken([])].slice(1)) =>
  plain(sayAudit(auditOf(quarter, { snapshots, developers, asOf }), quarter, []));

test('before the first audit the day of it is said', () => {
  const first =
    'No quarter has been audited yet. The first snapshot is taken 21 days after the end of a quarter';
  expect(say(Q3, Date.UTC(2026, 9, 21), 10)).toBe(`${first}: on 22 Oct 2026.`);
  // Nobody began in the last one: the first will be of the next.
  expect(say(Q3, AS_OF, 0)).toBe(`${first}: on 22 Jan 2027.`);
  expect(say(Q3, AS_OF, 1)).toBe('Q3 2026 is audited within the hour, and is counted as of now until then.');
});

test('of a quarter that was not audited it is said why', () => {
  const others = [taken([], quarterOf(Q3.start, -4))];
  expect(say(Q3, Q3.end, 10, others)).toBe(
    'Q3 2026 is audited on 22 Oct 2026, 21 days after its end, and is counted as of now until then.',
  );
  expect(say(Q3, AS_OF, 0, others)).toBe('Nobody began in Q3 2026, and it was not audited.');
  expect(say(quarterOf(Q3.start, -1), AS_OF, 10, others)).toBe(
    'Q2 2026 was not audited: audits began later. It is counted as of now.',
  );
});

test('a quarter is compared with what was found in the one before, and what that is today is said', () => {
  const before = group(10, Q3.start, 5);
  const now = group(10, Q3.end, 6);
  const compare = (developers: readonly Told[]) => {
    const audit = auditOf(Q3, { snapshots: [taken(before)], developers: 10, asOf: AS_OF });
    const places = Uint32Array.from(developers.keys());
    const steps = changeSinceAudit(compareQuarters(columnsOf(developers), places, AS_OF), audit);
    const isRestated = steps.some(({ restated }) => restated);
    return {
      said: sayAudit(audit, Q3, steps),
      heads: sayColumns(audit, Q3, isRestated).map(plain),
      toFirstCall: steps[3],
    };
  };
  const same = compare([...before, ...now]);
  expect(same.said).toBe('Q3 2026 was audited on 22 Oct 2026. Counted today, every figure is the same.');
  expect(same.heads).toEqual(['Q3 2026, as audited', 'Difference to the audit (95 % interval)']);

  const restated = compare([...before.slice(1), ...now]);
  expect(restated.said).toContain('Counted today, 5 of 7 figures differ:');
  expect(restated.heads).toContain('Q3 2026, today');
  expect(restated.toFirstCall).toMatchObject({ previous: { k: 5, n: 10 }, restated: { k: 4, n: 9 } });
  // What was found stays what it is compared with.
  expect(restated.toFirstCall?.change).toEqual(same.toFirstCall?.change);
  expect(restated.toFirstCall?.change?.difference).toBeCloseTo(0.1, 12);
});

test.each([
  [{ k: 5, n: 10 }, null, 'the same'],
  [{ k: 412, n: 1084 }, { k: 412, n: 1083 }, '38 % (412 of 1,083), 0.0 points'],
  [{ k: 5, n: 10 }, { k: 6, n: 10 }, '60 % (6 of 10), +10.0 points'],
  [{ k: 671, n: 832 }, { k: 649, n: 809 }, '80 % (649 of 809), −0.4 points'],
  [{ k: 0, n: 0 }, { k: 1, n: 2 }, '50 % (1 of 2)'],
  [{ k: 1, n: 2 }, { k: 0, n: 0 }, '–'],
])('what was found, %o, and is %o today', (previous, restated, said) => {
  expect(plain(sayRestated({ previous, restated }))).toBe(said);
  expect(sayPart(previous)).not.toContain('NaN');
});
