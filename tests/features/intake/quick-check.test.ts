import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainlySound } from '../../../src/features/intake/quick-check.ts';
import { reportedEvent } from '../../../src/features/intake/usage-report.ts';

const sound = {
  id: 'evt_1',
  key_id: 'cred_01990000-0000-7000-8000-000000000000',
  timestamp: '2026-11-21T12:00:00.123Z',
  method: 'POST',
  path: '/v1/messages/12345?x=1',
  status: 201,
  duration_ms: 12.5,
  user_agent: 'node',
  request_id: 'req_1',
};

test('an event as nearly all are is told at a glance', () => {
  expect(isPlainlySound(sound)).toBe(true);
  expect(isPlainlySound({ ...sound, ok: null, error_code: 'x.y', synthetic: false, extra: 1 })).toBe(true);
});

/** What anybody might put into a field: sound values, near misses and anything at all. */
const value = fc.oneof(
  fc.constantFrom(
    ...[
      ...Object.values(sound),
      '',
      'a b',
      '\u0000',
      '\ud800',
      '2026-02-30T00:00:00Z',
      '2026-02-28T24:00:00Z',
    ],
    ...[
      '2026-11-21T12:00:00+02:00',
      '2026-11-21 12:00',
      'cred_',
      'get',
      'GET',
      '/größe',
      99,
      600,
      201.5,
      -1,
      NaN,
    ],
    ...[Infinity, 1e300, 8.64e15 + 1, true, false, null, undefined, '9'.repeat(130), 'x'.repeat(8_193)],
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.anything(),
);
const field = fc.constantFrom(...Object.keys(sound), 'route', 'ok', 'error_code', 'synthetic', 'sent_at');

test('whatever passes at a glance passes the schema, and comes out as it went in', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(field, value), { maxLength: 3 }), (changes) => {
      const event = { ...sound, ...Object.fromEntries(changes) };
      if (!isPlainlySound(event)) return;
      expect(reportedEvent.parse(event)).toEqual(event);
    }),
    { numRuns: 20_000 },
  );
});

test('what is no event at all does not pass', () => {
  fc.assert(fc.property(fc.anything(), (event) => !isPlainlySound(event)));
});
