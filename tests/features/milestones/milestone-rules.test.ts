import { expect, test } from 'vitest';
import { milestonesOf } from '../../../src/features/milestones/milestone-rules.ts';
import { definition } from './definition.ts';

const SENT = {
  method: 'POST',
  route: '/v1/messages',
  status: 201,
  ok: null,
  origin: 'sandbox',
  client: 'curl',
};

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
  [
    '207, of which the API says that it succeeded',
    { status: 207, ok: true },
    ['first_attempt', 'first_api_call'],
  ],
  ['200 with a body that says it failed', { status: 200, ok: false }, ['first_attempt']],
  ['a test of CI', { origin: 'ci' }, []],
  ['a monitor', { client: 'monitor', origin: 'own_machine' }, []],
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
  expect(milestonesOf(definition.judge({ ...SENT, ...facts }))).toEqual(milestones);
});
