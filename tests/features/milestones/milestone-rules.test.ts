import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  earliestPerMilestone,
  milestonesOf,
  type TimedCall,
} from '../../../src/features/milestones/milestone-rules.ts';

const SENT = { method: 'POST', route: '/v1/messages', status: 201, origin: 'sandbox' };

test.each([
  ['a message sent from the page', {}, ['first_attempt', 'first_api_call']],
  [
    'one from a terminal',
    { origin: 'own_machine' },
    ['first_attempt', 'first_api_call', 'first_own_machine_call'],
  ],
  ['one by an agent', { origin: 'agent' }, ['first_attempt', 'first_api_call', 'first_own_machine_call']],
  ['one on a reference page', { origin: 'try_it' }, ['first_attempt', 'first_api_call']],
  ['202', { status: 202 }, ['first_attempt', 'first_api_call']],
  ['204', { status: 204 }, ['first_attempt', 'first_api_call']],
  ['207, whose body nobody read', { status: 207 }, ['first_attempt']],
  ['a redirect', { status: 302 }, ['first_attempt']],
  ['not modified', { status: 304 }, ['first_attempt']],
  ['a refusal', { status: 422 }, ['first_attempt']],
  ['a failure', { status: 500 }, ['first_attempt']],
  ['a caller who hung up', { status: 499 }, ['first_attempt']],
  ['a preflight', { method: 'OPTIONS', status: 204 }, ['first_attempt']],
  ['a look at the headers', { method: 'HEAD', status: 200 }, ['first_attempt']],
  ['who am I', { method: 'GET', route: '/v1/me', status: 200 }, ['first_attempt']],
  ['a health check', { method: 'GET', route: '/v1/health', status: 200 }, ['first_attempt']],
  ['a token', { route: '/v1/oauth/token', status: 200 }, ['first_attempt']],
  ['a list', { method: 'GET', status: 200 }, ['first_attempt', 'first_api_call']],
])('%s reaches what it should', (_, facts, milestones) => {
  expect(milestonesOf({ ...SENT, ...facts })).toEqual(milestones);
});

const call: fc.Arbitrary<TimedCall> = fc.record({
  id: fc.uuid(),
  developerId: fc.constantFrom('ada', 'eve'),
  receivedAt: fc.nat({ max: 50 }),
  method: fc.constantFrom('GET', 'POST', 'OPTIONS'),
  route: fc.constantFrom('/v1/messages', '/v1/me'),
  status: fc.constantFrom(200, 201, 401, 500),
  origin: fc.constantFrom('sandbox', 'own_machine'),
});

const answer = (calls: TimedCall[]) =>
  [...earliestPerMilestone(calls)]
    .map(
      ([
        key,
        {
          call: { id },
        },
      ]) => `${key} ${id}`,
    )
    .sort();

test('order, repetition and batches do not change what was reached or when', () => {
  const history = fc
    .array(call, { maxLength: 30 })
    .chain((calls) =>
      fc.tuple(
        fc.constant(calls),
        fc.shuffledSubarray([...calls, ...calls], { minLength: calls.length * 2 }),
        fc.nat({ max: 60 }),
      ),
    );
  fc.assert(
    fc.property(history, ([calls, shuffled, cut]) => {
      expect(answer(shuffled)).toEqual(answer(calls));
      const batches = [shuffled.slice(0, cut), shuffled.slice(cut)];
      const reached = batches.flatMap((batch) =>
        [...earliestPerMilestone(batch).values()].map((found) => found.call),
      );
      expect(answer(reached)).toEqual(answer(calls));
    }),
  );
});

test('a later call never moves a milestone, an earlier one may', () => {
  const at = (receivedAt: number, id: string): TimedCall => ({ ...SENT, developerId: 'ada', receivedAt, id });
  expect(answer([at(5, 'b'), at(9, 'a')])).toEqual(answer([at(5, 'b')]));
  expect(answer([at(5, 'b'), at(1, 'c')])).toEqual(answer([at(1, 'c')]));
  expect(answer([at(5, 'b'), at(5, 'a')])).toEqual(answer([at(5, 'a')]));
});
