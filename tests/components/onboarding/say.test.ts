import { describe, expect, test } from 'vitest';
import { sayExpiry, sayMoment, saySeen } from '../../../src/components/onboarding/say.ts';
import type { ObservedCall, ReachedMilestone } from '../../../src/features/milestones/progress-schema.ts';

const reached: ReachedMilestone = {
  name: 'first_api_call',
  reached_at: '2026-11-21T09:30:00.000Z',
  method: 'POST',
  route: '/v1/messages',
  status: 201,
  duration_ms: 912,
  since_t0_ms: 1_400,
};
const seen: ObservedCall = {
  id: '019a',
  request_id: '019a',
  environment: 'test',
  received_at: '2026-11-21T09:30:00.000Z',
  method: 'POST',
  route: '/v1/messages',
  status: 201,
  duration_ms: 9,
  error_code: null,
  clue: null,
  client: 'curl',
  origin: 'own_machine',
};

test('the first call is announced with how long it took and what comes next', () => {
  expect(sayMoment(reached, 'From your own machine')).toBe(
    'Your first call answered in 0.9 s. Next: from your own machine.',
  );
});

test('when nothing is left to do, nothing is named', () => {
  expect(sayMoment(reached, undefined)).toBe('Your first call answered in 0.9 s.');
});

describe('a call from outside', () => {
  test('that succeeded is named', () => {
    expect(saySeen(seen)).toBe('Seen: POST /v1/messages 201 from your machine.');
  });

  test('that failed is named with its code, and the page goes on waiting', () => {
    expect(saySeen({ ...seen, status: 422, error_code: 'recipient_invalid' })).toBe(
      'Seen: POST /v1/messages 422 from your machine, recipient_invalid. Still waiting for one that succeeds…',
    );
  });
});

test('a key without an end says so', () => {
  expect(sayExpiry(null)).toBe('It works until you revoke it.');
  expect(sayExpiry('2026-11-24T12:00:00.000Z')).toMatch(/^It works until 2[45] November 2026 at /);
});
